export { size } from "../../../contract/size.ts";

/** "12 %"; never rounded down to nothing, nor up to a whole that is not there. */
export function percent(part: number, whole: number): string {
  const share = whole <= 0 ? 0 : (part / whole) * 100;
  return share > 0 && share < 1 ? "< 1 %" : share > 99 && share < 100 ? "> 99 %" : `${Math.round(share)} %`;
}

/** "40 s", "12 min", "3 h", "12 d". */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min`;
  if (whole < 48 * 3600) return `${Math.floor(whole / 3600)} h`;
  return `${Math.floor(whole / 86_400)} d`;
}

export const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;

/** Dotted versions, part by part; what is no figure counts as nothing. */
export function atLeast(version: string, wanted: string): boolean {
  const parts = (text: string) => text.replace(/^v/, "").split(/[.+~-]/).map((part) => Number.parseInt(part, 10) || 0);
  const [have, want] = [parts(version), parts(wanted)];
  for (let index = 0; index < want.length; index++) {
    const difference = (have[index] ?? 0) - want[index]!;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
