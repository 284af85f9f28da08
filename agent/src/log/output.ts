import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { decodeLine } from "./line.ts";

const CHUNK = 65_536;

/** How many lines of a child's output already stand in the log; read in pieces, since a log may be 100 MB. */
export function countOutputLines(logPath: string, from: string): number {
  if (!existsSync(logPath)) return 0;
  const file = openSync(logPath, "r");
  const chunk = Buffer.alloc(CHUNK);
  let rest = "";
  let count = 0;
  try {
    for (;;) {
      const size = readSync(file, chunk);
      if (size === 0) return count;
      // Latin-1 keeps every byte: only the ASCII head of a line is looked at.
      const lines = (rest + chunk.toString("latin1", 0, size)).split("\n");
      rest = lines.pop()!;
      for (const text of lines) {
        const line = decodeLine(text);
        if (line?.fromOutput && line.from === from) count += 1;
      }
    }
  } finally {
    closeSync(file);
  }
}
