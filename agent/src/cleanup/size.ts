import { lstat, opendir } from "node:fs/promises";
import { join } from "node:path";

/** Bytes of all files below, by their length; a link counts nothing. Of what is not there: 0. */
export async function sizeOf(path: string, signal: AbortSignal): Promise<number> {
  const found = await lstat(path).catch(() => null);
  if (found === null || found.isSymbolicLink()) return 0;
  if (!found.isDirectory()) return found.size;
  let bytes = 0;
  const folders = [path];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = await opendir(folder).catch(() => null);
    if (entries === null) continue;
    for await (const entry of entries) {
      signal.throwIfAborted();
      if (entry.isDirectory()) folders.push(join(folder, entry.name));
      else if (entry.isFile()) bytes += (await lstat(join(folder, entry.name)).catch(() => null))?.size ?? 0;
    }
  }
  return bytes;
}
