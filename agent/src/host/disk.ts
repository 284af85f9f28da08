import { statfs } from "node:fs/promises";
import { fail, type Failure } from "../../contract/index.ts";

/** Free space of the disk that holds the first of these paths that exists, in words. */
export async function freeSpace(...paths: string[]): Promise<string> {
  for (const path of paths) {
    const disk = await statfs(path).catch(() => null);
    if (disk === null) continue;
    const bytes = disk.bavail * disk.bsize;
    return bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GiB` : `${Math.floor(bytes / 2 ** 20)} MiB`;
  }
  return "few bytes";
}

/** For what a tool said, or the system's own ENOSPC. */
export async function diskFull(path: string, cause: unknown): Promise<Failure> {
  const detail = typeof cause === "string" ? cause.slice(-2000) : undefined;
  return fail("DISK_FULL", { path, free: await freeSpace(path, "/") }, { cause, detail });
}
