import { open, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fail, size as inWords } from "../../contract/index.ts";
import { effect, filesOf } from "../effects/index.ts";
import { diskFull, refuseFull } from "../host/disk.ts";
import type { OpenSource } from "./purposes.ts";

const { mkdir, rename, rm } = filesOf("raw.spool");

const BATCH = 256 * 1024;
/** Looked at again after so many bytes. */
const LOOK_EVERY = 16 * 1024 ** 2;

/**
 * Lines as a file that does not change any more: what they are read from may go, or be cut, while somebody takes them.
 * Answers its bytes; RAW_TOO_LARGE says of `what` that it is. What a crash leaves has another name.
 */
export async function spool(path: string, lines: AsyncIterable<string>, most: number, what = "The log"): Promise<number> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const half = halfOf(path);
  try {
    const size = await effect("raw.spool.write", () => writeAll(half, lines, most, what));
    await rename(half, path);
    return size;
  } catch (error) {
    await rm(half, { force: true });
    if ((error as NodeJS.ErrnoException).code === "ENOSPC") throw await diskFull(path, error);
    throw error;
  }
}

export const halfOf = (path: string) => `${path}.half`;

async function writeAll(path: string, lines: AsyncIterable<string>, most: number, what: string): Promise<number> {
  const file = await open(path, "w", 0o600);
  let size = 0;
  let looked = -LOOK_EVERY;
  let batch = "";
  const flush = async () => {
    const bytes = Buffer.from(batch);
    batch = "";
    if (size + bytes.length > most) throw fail("RAW_TOO_LARGE", { what, limit: inWords(most) });
    if (size - looked >= LOOK_EVERY) {
      looked = size;
      await refuseFull(dirname(path));
    }
    await file.writeFile(bytes);
    size += bytes.length;
  };
  try {
    for await (const line of lines) {
      batch += `${line}\n`;
      if (batch.length >= BATCH) await flush();
    }
    await flush();
    return size;
  } finally {
    await file.close();
  }
}

export async function fileOf(path: string): Promise<OpenSource> {
  const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    throw error.code === "ENOENT" ? fail("RAW_TICKET_UNKNOWN", {}) : error;
  });
  return {
    async read(offset, most) {
      const chunk = Buffer.allocUnsafe(most);
      const { bytesRead } = await file.read(chunk, 0, most, offset);
      return chunk.subarray(0, bytesRead);
    },
    close: () => file.close(),
  };
}

export const dropSpool = (path: string) => rm(path, { force: true });

/** What no open ticket is of, and nobody is making; names of files. */
export async function sweepSpools(folder: string, kept: () => ReadonlySet<string>): Promise<void> {
  // Asked after the look: what is begun meanwhile was not seen.
  const names = await readdir(folder).catch(() => []);
  const keep = kept();
  for (const name of names.filter((one) => !keep.has(one))) await rm(join(folder, name), { force: true });
}
