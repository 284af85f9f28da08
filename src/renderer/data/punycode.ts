/** The figures of RFC 3492, by their names there. */
const [BASE, T_MIN, T_MAX, SKEW, DAMP, BIAS, FIRST] = [36, 1, 26, 38, 700, 72, 128];
const PREFIX = "xn--";

/** A hostname as people write it: of xn--bcher-kva.example the form with ü. What cannot be read stays as it is. */
export const inWords = (hostname: string): string =>
  hostname
    .split(".")
    .map((label) => (label.startsWith(PREFIX) ? (decoded(label.slice(PREFIX.length)) ?? label) : label))
    .join(".");

function decoded(text: string): string | null {
  const dash = text.lastIndexOf("-");
  const signs = [...text.slice(0, Math.max(0, dash))].map((sign) => sign.codePointAt(0)!);
  let [code, at, bias] = [FIRST, 0, BIAS];
  for (let read = dash + 1; read < text.length; ) {
    const before = at;
    for (let weight = 1, k = BASE; ; k += BASE) {
      const digit = digitOf(text.charCodeAt(read++));
      if (digit === null) return null;
      at += digit * weight;
      const threshold = Math.min(T_MAX, Math.max(T_MIN, k - bias));
      if (digit < threshold) break;
      weight *= BASE - threshold;
    }
    bias = adapted(at - before, signs.length + 1, before === 0);
    code += Math.floor(at / (signs.length + 1));
    at %= signs.length + 1;
    if (code > 0x10_ffff || (code >= 0xd800 && code < 0xe000)) return null;
    signs.splice(at++, 0, code);
  }
  return String.fromCodePoint(...signs);
}

/** a to z, then 0 to 9. */
function digitOf(code: number): number | null {
  if (code >= 97 && code <= 122) return code - 97;
  return code >= 48 && code <= 57 ? code - 22 : null;
}

function adapted(delta: number, count: number, first: boolean): number {
  let left = Math.floor(delta / (first ? DAMP : 2));
  left += Math.floor(left / count);
  let k = 0;
  for (; left > ((BASE - T_MIN) * T_MAX) >> 1; k += BASE) left = Math.floor(left / (BASE - T_MIN));
  return k + Math.floor(((BASE - T_MIN + 1) * left) / (left + SKEW));
}
