// Values that are found wherever they get to: each line of each begins with a mark that is in no other text.
import { randomBytes } from "node:crypto";

/** Longer than any form of a mark, and enough behind it to name the canary. */
const OVERLAP = 256;
const ENOUGH = 60;

export type Mark = {
  /** A value of this name; characters that JSON, URLs and shells write otherwise stand behind the mark. */
  value(name: string): string;
  /** The same over several lines. */
  lines(name: string): string;
  /** Letters and digits alone, for what may have no others. */
  word(name: string): string;
  /** Which of them are in these bytes, each as "NAME as plain text". */
  found(bytes: Buffer): string[];
};

export function createMark(): Mark {
  // A letter first: it may begin a name.
  const mark = `q${randomBytes(8).toString("hex")}z`;
  const forms = formsOf(mark);
  const word = (name: string) => `${mark}${name.toLowerCase()}z`;
  const value = (name: string) => `${word(name)}${randomBytes(6).toString("hex")}/+ "\\&%é'`;
  return {
    word,
    value,
    lines: (name) => ["first", "second", "third"].map((line) => value(`${name}${line}`)).join("\n"),
    found(bytes) {
      const names = new Set<string>();
      for (const [form, needle] of forms) {
        for (let at = bytes.indexOf(needle); at >= 0 && names.size < 20; at = bytes.indexOf(needle, at + needle.length)) {
          const behind = bytes.toString("latin1", at + needle.length, at + needle.length + ENOUGH);
          names.add(form === "plain text" ? `${/^([a-z0-9]*?)z/.exec(behind)?.[1] ?? "?"} as ${form}` : `something as ${form}`);
        }
      }
      return [...names].sort();
    },
  };
}

/** In URLs and in JSON a mark is what it is; in base64 it depends on where in three bytes it begins. */
function formsOf(mark: string): [string, Buffer][] {
  const inBase64 = [0, 1, 2].map((before) => {
    const text = Buffer.from("\0".repeat(before) + mark).toString("base64");
    // What shares a character with its neighbours is left out.
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + mark.length) * 8) / 6));
  });
  const hex = Buffer.from(mark).toString("hex");
  return [
    ["plain text", Buffer.from(mark)],
    ...inBase64.map((text): [string, Buffer] => ["base64", Buffer.from(text)]),
    ["base64", Buffer.from(Buffer.from(Buffer.from(mark).toString("base64").replace(/=+$/, "").slice(0, -2)).toString("base64").slice(0, -4))],
    ["hexadecimal", Buffer.from(hex)],
    ["two bytes each", Buffer.from(mark, "utf16le")],
  ];
}

/** The same of what is too large to be held, or comes by and by. */
export function createScan(marks: readonly Mark[]): { take(chunk: Buffer): void; found(): string[][] } {
  const found = marks.map(() => new Set<string>());
  let rest = Buffer.alloc(0);
  return {
    take(chunk) {
      const bytes = Buffer.concat([rest, chunk]);
      for (const [at, mark] of marks.entries()) for (const name of mark.found(bytes)) found[at]!.add(name);
      rest = Buffer.from(bytes.subarray(-OVERLAP));
    },
    found: () => found.map((names) => [...names].sort()),
  };
}
