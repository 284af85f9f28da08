import { mkdirSync, watch } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { LogBatch, LogLine } from "../../contract/index.ts";
import { decodeLine } from "./line.ts";

/** Holds the longest line that `encodeLine` writes, so every full chunk has at least one line end in it. */
const CHUNK = 32_768;
const GATHER_MS = 30;
/** inotify can lose events (overflow, odd file systems): look again now and then. */
const LOOK_AGAIN_MS = 2000;

/** A log file from a cursor on (file id and byte offset), then live until `ended` holds and everything was read. */
export async function* followLog(o: {
  path: string;
  fileId: string;
  after: string | undefined;
  signal: AbortSignal;
  ended: () => boolean;
}): AsyncGenerator<LogBatch> {
  const chunk = Buffer.alloc(CHUNK);
  const changed = watchFile(o.path, o.signal);
  let offset = offsetOf(o.after, o.fileId);
  let file: FileHandle | null = null;
  try {
    while (!o.signal.aborted) {
      const over = o.ended();
      file ??= await open(o.path, "r").catch(ignoreMissing);
      const read = file ? await readLines(file, chunk, offset) : NOTHING;
      offset += read.bytes;
      if (read.bytes > 0) yield { cursor: `${o.fileId}:${offset}`, lines: read.lines, ended: false, gap: read.damaged };
      else if (over) return yield { cursor: `${o.fileId}:${offset}`, lines: [], ended: true, gap: file === null };
      else await changed.next();
    }
  } finally {
    changed.close();
    await file?.close();
  }
}

function offsetOf(cursor: string | undefined, fileId: string): number {
  const [id, at] = (cursor ?? "").split(":");
  const offset = Number(at);
  return id === fileId && Number.isSafeInteger(offset) && offset >= 0 ? offset : 0;
}

function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}

type Read = { lines: LogLine[]; bytes: number; damaged: boolean };
const NOTHING: Read = { lines: [], bytes: 0, damaged: false };

async function readLines(file: FileHandle, chunk: Buffer, offset: number): Promise<Read> {
  const { bytesRead } = await file.read(chunk, 0, CHUNK, offset);
  if (bytesRead === 0) return NOTHING;
  const bytes = chunk.lastIndexOf(10, bytesRead - 1) + 1;
  // No line is as long: a cut of power leaves such holes, and what stands behind them is whole.
  if (bytes === 0) return bytesRead === CHUNK ? { lines: [], bytes: CHUNK, damaged: true } : NOTHING;
  const lines: LogLine[] = [];
  for (const text of chunk.toString("utf8", 0, bytes - 1).split("\n")) {
    const line = decodeLine(text);
    if (line) lines.push({ at: line.at, stream: line.stream, from: line.from, text: line.text });
  }
  return { lines, bytes, damaged: false };
}

/** `next` resolves a moment after the file changed, or when the signal aborts. */
function watchFile(path: string, signal: AbortSignal) {
  mkdirSync(dirname(path), { recursive: true });
  const name = basename(path);
  let dirty = false;
  let wake: (() => void) | null = null;
  const rouse = () => {
    dirty = true;
    wake?.();
  };
  // The folder, not the file: the file may not exist yet.
  const watcher = watch(dirname(path), { persistent: false }, (_, changed) => {
    if (changed === name) rouse();
  });
  watcher.on("error", rouse);
  signal.addEventListener("abort", rouse, { once: true });
  return {
    async next() {
      if (!dirty) {
        const timer = setTimeout(rouse, LOOK_AGAIN_MS);
        await new Promise<void>((resolve) => (wake = resolve));
        clearTimeout(timer);
        wake = null;
      }
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
      dirty = false;
    },
    close() {
      watcher.close();
      signal.removeEventListener("abort", rouse);
    },
  };
}
