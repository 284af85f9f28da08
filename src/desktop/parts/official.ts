// A part from its maker's own address, believed only when its digest is the pinned one.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { chmod, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { promisify } from "node:util";
import { MOST_BYTES, type OfficialFile } from "./manifest.ts";

const execute = promisify(execFile);
/** How long an address may stay silent before it counts as out of reach. */
const silence = 15_000;

export type Progress = { received: number; total: number | undefined };

/** The address could not be reached, or did not have the file: another source may be tried. A wrong digest is never this. */
export class OutOfReach extends Error {}

/** Not the pinned file, whatever its digest would be. */
class WrongSize extends Error {}

export async function fetchOfficial(
  file: OfficialFile,
  {
    folder,
    name,
    signal,
    onProgress,
  }: {
    folder: string;
    name: string;
    signal?: AbortSignal;
    onProgress?: (progress: Progress) => void;
  },
): Promise<void> {
  const download = join(folder, file.member ? "download.tar.gz" : name);
  const digest = await save(file, download, { signal, onProgress });
  if (digest !== file.digest) {
    await rm(download, { force: true });
    throw new Error(
      `${file.url} has the ${file.algorithm} ${digest} instead of the pinned ${file.digest}.`,
    );
  }
  if (file.member) {
    await unpack(file.member, { folder, name, signal });
    await rm(download);
  }
  await chmod(join(folder, name), 0o755);
}

/** By names relative to the folder: a path of Windows, with its colon, is another computer to some a tar. */
async function unpack(member: string, { folder, name, signal }: { folder: string; name: string; signal?: AbortSignal }): Promise<void> {
  await execute("tar", ["-xzf", "download.tar.gz", "--no-same-owner", member], { cwd: folder, signal });
  if (member === name) return;
  await rename(join(folder, member), join(folder, name));
  await rm(join(folder, member.split("/")[0]!), { recursive: true });
}

async function save(
  file: OfficialFile,
  path: string,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (progress: Progress) => void },
): Promise<string> {
  const stalled = new AbortController();
  const either = signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal;
  let timer = setTimeout(() => stalled.abort(), silence);
  try {
    const answer = await fetch(file.url, { signal: either, redirect: "follow" });
    if (!answer.ok || !answer.body) throw new OutOfReach(`${file.url} answered ${answer.status}.`);
    const total = Number(answer.headers.get("content-length")) || undefined;
    const hash = createHash(file.algorithm);
    const most = file.bytes ?? MOST_BYTES;
    let received = 0;
    const watch = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        clearTimeout(timer);
        timer = setTimeout(() => stalled.abort(), silence);
        hash.update(chunk);
        received += chunk.length;
        if (received > most) return done(new WrongSize(`${file.url} has more than ${most} bytes.`));
        onProgress?.({ received, total });
        done(null, chunk);
      },
    });
    await pipeline(
      Readable.fromWeb(answer.body as ReadableStream),
      watch,
      createWriteStream(path),
      { signal: either },
    );
    return hash.digest("hex");
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof OutOfReach || error instanceof WrongSize || isLocal(error)) throw error;
    throw new OutOfReach(`${file.url} is out of reach: ${reason(error)}.`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** A full disk or a missing folder is ours to report; no other source would help. */
function isLocal(error: unknown): boolean {
  return (
    error instanceof Error &&
    "syscall" in error &&
    ["open", "write", "close"].includes(String(error.syscall))
  );
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "AbortError") return `no answer within ${silence / 1000} s`;
  const cause = error.cause;
  return cause instanceof Error
    ? ("code" in cause && String(cause.code)) || cause.message
    : error.message;
}
