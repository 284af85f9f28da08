import { statfs } from "node:fs/promises";
import { fail, size, type Failure } from "../../contract/index.ts";

/** Free space of the disk that holds the first of these paths that exists, in words. */
export async function freeSpace(...paths: string[]): Promise<string> {
  for (const path of paths) {
    const disk = await statfs(path).catch(() => null);
    if (disk === null) continue;
    return size(disk.bavail * disk.bsize);
  }
  return "few bytes";
}

/** For what a tool said, or the system's own ENOSPC. */
export async function diskFull(path: string, cause: unknown): Promise<Failure> {
  const detail = typeof cause === "string" ? cause.slice(-2000) : undefined;
  return fail("DISK_FULL", { path, free: await freeSpace(path, "/") }, { cause, detail });
}
