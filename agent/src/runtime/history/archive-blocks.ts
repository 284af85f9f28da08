import { open, readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { filesOf } from "../../effects/index.ts";
import { addBytes, noBlocks, readBlocks, writeBlocks, type Blocks } from "./blocks.ts";

const { rm, writeFile } = filesOf("log.index");

const CHUNK = 256 * 1024;
/** In memory; the rest is read again from beside its file. */
const KEPT = 32;
const SUFFIX = ".index";

/** Of a file that does not change any more: found out once, and kept beside it. */
export function createArchiveBlocks() {
  const kept = new Map<string, Promise<Blocks>>();
  // Nobody's leaving stops it: others wait for the same one, and it is soon done.
  return function blocksOf(path: string): Promise<Blocks> {
    const known = kept.get(path) ?? find(path);
    kept.delete(path);
    kept.set(path, known);
    known.catch(() => kept.delete(path));
    for (const oldest of [...kept.keys()].slice(0, Math.max(0, kept.size - KEPT))) kept.delete(oldest);
    return known;
  };
}

async function find(path: string): Promise<Blocks> {
  const { size } = await stat(path);
  const stored = await readFile(indexOf(path), "utf8").catch(() => "");
  const known = readBlocks(stored, size);
  if (known !== null) return known;
  const blocks = await readAll(path);
  if (blocks.size === size) await keepBlocks(path, blocks);
  await sweep(dirname(path));
  return blocks;
}

export const indexOf = (path: string): string => path + SUFFIX;

/** Without it who reads has to look again: a full disk hinders nobody from reading. A torn one is as none. */
export const keepBlocks = (path: string, blocks: Blocks): Promise<void> => writeFile(indexOf(path), writeBlocks(blocks), { mode: 0o640 }).catch(() => {});

export async function readAll(path: string): Promise<Blocks> {
  const file = await open(path, "r");
  const blocks = noBlocks();
  let chunk = Buffer.alloc(CHUNK);
  let rest = 0;
  try {
    for (;;) {
      // A line may be longer than the piece.
      if (rest === chunk.length) chunk = Buffer.concat([chunk, Buffer.alloc(chunk.length)]);
      const { bytesRead } = await file.read(chunk, rest, chunk.length - rest);
      if (bytesRead === 0) return blocks;
      const whole = addBytes(blocks, chunk.subarray(0, rest + bytesRead));
      rest = chunk.copy(chunk, 0, whole, rest + bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Those whose file is gone. */
async function sweep(folder: string): Promise<void> {
  const names = new Set(await readdir(folder).catch(() => []));
  for (const name of names) if (name.endsWith(SUFFIX) && !names.has(name.slice(0, -SUFFIX.length))) await rm(join(folder, name), { force: true });
}
