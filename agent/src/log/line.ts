import type { LogLine } from "../../contract/index.ts";

export type LogStream = "out" | "err" | "system";

const LETTER = { out: "o", err: "e", system: "s" } as const;
const STREAM: Record<string, LogStream> = { o: "out", e: "err", s: "system" };
/** Longer lines are cut: no screen shows them and no cursor batch should hold them. */
const MAX_TEXT = 8192;

/** `at \t stream \t from \t text \n`; an upper-case stream letter marks a line read from a child's output file. */
export function encodeLine(line: LogLine, fromOutput = false): string {
  const own = LETTER[line.stream as LogStream];
  const letter = fromOutput ? own.toUpperCase() : own;
  const text = line.text.length > MAX_TEXT ? `${line.text.slice(0, MAX_TEXT)}…` : line.text;
  return `${line.at}\t${letter}\t${line.from}\t${text.replaceAll("\n", "⏎")}\n`;
}

/** Null for a line that a crash cut short. */
export function decodeLine(text: string): (LogLine & { stream: LogStream; fromOutput: boolean }) | null {
  const first = text.indexOf("\t");
  const second = text.indexOf("\t", first + 1);
  const third = text.indexOf("\t", second + 1);
  if (first < 1 || second < 0 || third < 0) return null;
  const letter = text.slice(first + 1, second);
  const stream = STREAM[letter.toLowerCase()];
  const at = Number(text.slice(0, first));
  if (!stream || !Number.isSafeInteger(at)) return null;
  return { at, stream, from: text.slice(second + 1, third), text: text.slice(third + 1), fromOutput: letter < "a" };
}
