import type { OutputLine } from "../../docker/output.ts";

/** Where a line stands among those of its container: the newest stamp up to it, and which one it is since that came first. */
export type Key = { stamp: string; nth: number };

export type KeptLine = OutputLine & { key: Key };

/** What the engine writes: "2026-11-30T04:45:00.123456789Z", always as long. */
const STAMP = 30;
export const BEFORE_ALL: Key = { stamp: "", nth: 0 };

export const compareKeys = (a: Key, b: Key): number => (a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : a.nth - b.nth);

/** A clock may be set back: a line is never put before one that was said before it. */
export const keyAfter = (before: Key, stamp: string): Key => (stamp > before.stamp ? { stamp, nth: 1 } : { stamp: before.stamp, nth: before.nth + 1 });

/** The stamp of the line that begins there; null: what stands there is no line. */
export function stampAt(bytes: Buffer, from: number): string | null {
  // A tab on both sides of the letter.
  if (bytes[from + STAMP] !== 9 || bytes[from + STAMP + 2] !== 9) return null;
  return bytes.toString("latin1", from, from + STAMP);
}

/** The lines of some whole lines of a file, behind the line of that key. */
export function* linesOf(text: string, before: Key): Generator<KeptLine> {
  let key = before;
  for (let from = 0; from < text.length; ) {
    const found = text.indexOf("\n", from);
    const end = found < 0 ? text.length : found;
    if (text[from + STAMP] === "\t" && text[from + STAMP + 2] === "\t") {
      const stamp = text.slice(from, from + STAMP);
      key = keyAfter(key, stamp);
      yield { stamp, stream: text[from + STAMP + 1] === "e" ? "err" : "out", text: text.slice(from + STAMP + 3, end), key };
    }
    from = end + 1;
  }
}

export const encodeKept = ({ stamp, stream, text }: OutputLine): string => `${stamp}\t${stream === "err" ? "e" : "o"}\t${text.replaceAll("\n", "⏎")}\n`;
