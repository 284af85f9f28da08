import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { partFolder, type WantedPart } from "./plan.ts";

/** The part as it travels; packed once and kept, because Node alone takes seconds. gzip is on every server. */
export async function packPart(part: WantedPart, cacheDir: string, signal?: AbortSignal): Promise<string> {
  const folder = join(cacheDir, "packed");
  const path = join(folder, `${partFolder(part)}.gz`);
  if (await stat(path).catch(() => null)) return path;
  await mkdir(folder, { recursive: true });
  const fresh = `${path}.${randomUUID()}.new`;
  try {
    await pipeline(createReadStream(part.path), createGzip({ level: 6 }), createWriteStream(fresh), { signal });
    await rename(fresh, path);
  } finally {
    await rm(fresh, { force: true });
  }
  return path;
}
