import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { fail, size, type Failure } from "../../contract/index.ts";

/** Bytes, and inodes: null where the file system makes them as they go, as btrfs does. */
export type DiskRoom = { free: number; total: number; inodes: { free: number; total: number } | null };

/** What apps and databases need is never taken by a copy or an upload: bytes that stay free. */
const LEFT_FREE = 512 * 1024 ** 2;

/** Room of the disk that a path lies on, by the kernel's word; what root alone may use is not free. Rejects with ENOENT where there is no such path. */
export async function diskRoom(path: string): Promise<DiskRoom> {
  const { bavail, blocks, bsize, ffree, files } = await statfs(path);
  return { free: bavail * bsize, total: blocks * bsize, inodes: files === 0 ? null : { free: ffree, total: files } };
}

/** The same of a path that is not there yet: of the folder that it will lie in. */
export async function roomFor(path: string): Promise<DiskRoom> {
  try {
    return await diskRoom(path);
  } catch (error) {
    const parent = dirname(path);
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || parent === path) throw error;
    return roomFor(parent);
  }
}

/** Free space of the disk that a path lies on, or will, in words. */
export const freeSpace = (path: string): Promise<string> =>
  roomFor(path).then(
    ({ free }) => size(free),
    () => "few bytes",
  );

/** For what a tool said, or the system's own ENOSPC. */
export async function diskFull(path: string, cause: unknown): Promise<Failure> {
  const detail = typeof cause === "string" ? cause.slice(-2000) : undefined;
  return fail("DISK_FULL", { path, free: await freeSpace(path) }, { cause, detail });
}

/** DISK_FULL where so many bytes more would leave less than apps need. */
export async function refuseFull(folder: string, bytes = 0): Promise<void> {
  if ((await diskRoom(folder)).free - bytes < LEFT_FREE) throw await diskFull(folder, null);
}
