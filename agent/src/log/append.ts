import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { LogLine } from "../../contract/index.ts";
import { encodeLine } from "./line.ts";

const FLUSH_BYTES = 65_536;
const FLUSH_MS = 20;

export type LogFile = {
  /** Written at once: a line of our own has no other copy. */
  write(line: LogLine): void;
  /** Written in batches: after a crash it is read again from the child's output file. */
  writeOutput(line: LogLine): void;
  flush(): void;
  close(): void;
};

/** An append-only log; a torn last line of an earlier life is ended first. */
export function openLog(path: string): LogFile {
  mkdirSync(dirname(path), { recursive: true });
  const torn = existsSync(path) && endsTorn(path);
  const file = openSync(path, "a", 0o640);
  let waiting = torn ? "\n" : "";
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  function flush() {
    if (timer) clearTimeout(timer);
    timer = null;
    if (waiting === "" || closed) return;
    const text = waiting;
    waiting = "";
    try {
      writeSync(file, text);
    } catch (error) {
      // A full disk must not take the job down with it: the job's own steps will say so.
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    }
  }
  return {
    write(line) {
      waiting += encodeLine(line);
      flush();
    },
    writeOutput(line) {
      waiting += encodeLine(line, true);
      if (waiting.length >= FLUSH_BYTES) flush();
      else timer ??= setTimeout(flush, FLUSH_MS);
    },
    flush,
    close() {
      if (closed) return;
      flush();
      closed = true;
      closeSync(file);
    },
  };
}

function endsTorn(path: string): boolean {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    if (size === 0) return false;
    const last = Buffer.alloc(1);
    readSync(file, last, 0, 1, size - 1);
    return last[0] !== 10;
  } finally {
    closeSync(file);
  }
}
