import type { OutputRecord } from "./output.ts";

/** Bytes in front of what a frame says: its kind and its size. */
const HEAD = 8;
const STDERR = 2;
/** Says in words why the engine cannot go on. */
const SYSTEM = 3;
/** What the engine writes in front of a line, always as long: "2026-11-30T04:45:00.123456789Z". */
export const STAMP = 30;
const STAMP_WORDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
/** The engine says longer lines in pieces. */
const PIECE = 20_000;
const [LINE_FEED, CARRIAGE_RETURN, SPACE, COLON, Z] = [10, 13, 32, 58, 90];

// Each of these is called for every line of a log, and by an interpreter: methods of Buffer that are JavaScript cost most of it.
export const frameEnd = (bytes: Buffer, from: number): number => from + HEAD + bytes[from + 4]! * 2 ** 24 + ((bytes[from + 5]! << 16) | (bytes[from + 6]! << 8) | bytes[from + 7]!);
export const streamAt = (bytes: Buffer, from: number): "out" | "err" => (bytes[from] === STDERR ? "err" : "out");

/** Where the last whole frame ends, or where the engine says that it cannot go on; and how many there are. */
export function wholeFrames(bytes: Buffer): { end: number; count: number; damage: string | null } {
  let end = 0;
  let count = 0;
  while (bytes.length - end >= HEAD) {
    const next = frameEnd(bytes, end);
    if (next > bytes.length) break;
    if (bytes[end] === SYSTEM) return { end, count, damage: bytes.toString("utf8", end + HEAD, next).trim() };
    end = next;
    count += 1;
  }
  return { end, count, damage: null };
}

/** Null: it has no stamp. */
export function recordAt(bytes: Buffer, from: number): OutputRecord | null {
  const frame = bytes.toString("utf8", from + HEAD, frameEnd(bytes, from));
  const space = frame.indexOf(" ");
  const stamp = frame.slice(0, space);
  if (!STAMP_WORDS.test(stamp)) return null;
  const last = frame.endsWith("\n");
  return { stamp, stream: streamAt(bytes, from), text: frame.slice(space + 1, last ? -1 : undefined), last };
}

/** Where the stamp begins of a frame that is one line, to be kept as it stands; -1: it has to be looked at. */
export function plainAt(bytes: Buffer, from: number, end: number): number {
  const stamp = from + HEAD;
  if (end - stamp < STAMP + 2 || end - stamp > PIECE || bytes[end - 1] !== LINE_FEED || bytes[end - 2] === CARRIAGE_RETURN) return -1;
  if (bytes[stamp + STAMP] !== SPACE || bytes[stamp + STAMP - 1] !== Z || bytes[stamp + 16] !== COLON) return -1;
  return indexOf.call(bytes, LINE_FEED, stamp) === end - 1 ? stamp : -1;
}
const { indexOf } = Uint8Array.prototype;
