import type { FileHandle } from "node:fs/promises";
import { fail } from "../../contract/index.ts";
import type { OpenSource } from "../raw/purposes.ts";
import { markOf, same, settled, type Mark } from "./same.ts";
import { atParent, fileIn } from "./walk.ts";

/** A file to be taken: where it is, and what it was when that was asked. */
export type FileTaken = { folder: string; path: string; mark: Mark };

export const changed = (path: string) => fail("VOLUME_FILE_CHANGED", { path });

export async function markFile(folder: string, path: string): Promise<{ mark: Mark; size: number }> {
  const stat = await atParent(folder, path, async (parent, name) => {
    const handle = await fileIn(parent, name);
    return settled(() => handle.stat({ bigint: true })).finally(() => handle.close());
  });
  return { mark: markOf(stat), size: Number(stat.size) };
}

/** Read, and looked at after it: bytes that are answered are of the file as it was marked. */
export async function readMarked(handle: FileHandle, mark: Mark, path: string, offset: number, most: number): Promise<Uint8Array> {
  const chunk = Buffer.allocUnsafe(most);
  const { bytesRead } = await handle.read(chunk, 0, most, offset);
  if (bytesRead === 0 || !same(markOf(await handle.stat({ bigint: true })), mark)) throw changed(path);
  return chunk.subarray(0, bytesRead);
}

/** As it was when its ticket was made, or not at all. */
export async function openTaken({ folder, path, mark }: FileTaken): Promise<OpenSource> {
  const handle = await atParent(folder, path, fileIn);
  if (!same(markOf(await handle.stat({ bigint: true })), mark)) {
    await handle.close();
    throw changed(path);
  }
  return { read: (offset, most) => readMarked(handle, mark, path, offset, most), close: () => handle.close() };
}
