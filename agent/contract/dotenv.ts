/** What a .env says: names and values in order, and the lines that could not be read, counted from 1. */
export function readDotenv(text: string): { set: Record<string, string>; refused: { line: number; text: string }[] } {
  const set: Record<string, string> = {};
  const refused: { line: number; text: string }[] = [];
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index]!.trim();
    if (line === "" || line.startsWith("#")) continue;
    const match = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/s.exec(line);
    const refuse = (at: number) => void refused.push({ line: at + 1, text: line });
    // The one name that an object does not hold.
    if (!match || match[1] === "__proto__") {
      refuse(index);
      continue;
    }
    const name = match[1]!;
    const begins = index;
    let raw = match[2]!;
    const quote = raw[0];
    if (quote === '"' || quote === "'") {
      // A quoted value may go over several lines.
      while (!closes(raw, quote) && index + 1 < lines.length) raw += `\n${lines[++index]}`;
      const end = closing(raw, quote);
      if (end < 0) {
        refuse(begins);
        continue;
      }
      const inside = raw.slice(1, end);
      set[name] = quote === '"' ? inside.replace(/\\([nrt"\\$])/g, (_, sign: string) => escapes[sign] ?? sign) : inside;
    } else {
      set[name] = raw.replace(/\s+#.*$/, "").trim();
    }
  }
  return { set, refused };
}

const escapes: Record<string, string> = { n: "\n", r: "\r", t: "\t" };

function closing(raw: string, quote: string): number {
  for (let at = 1; at < raw.length; at += 1) {
    if (quote === '"' && raw[at] === "\\") at += 1;
    else if (raw[at] === quote) return at;
  }
  return -1;
}
const closes = (raw: string, quote: string) => closing(raw, quote) > 0;
