import { constants } from "node:os";
import { fail, size, type Failure } from "../../contract/index.ts";
import { diskFull } from "../host/index.ts";
import type { RunResult } from "../sandbox/index.ts";
import type { GitPlace } from "./git.ts";

/** As a shell tells it; the kernel takes it first where the server's memory is short. */
const SIGKILLED = 128 + constants.signals.SIGKILL;
/** A file came to its limit. */
const SIGXFSZ = 128 + constants.signals.SIGXFSZ;

/** Where Git, or what it has started, came to the end of the disk, of its memory or of what one file may hold; else null. */
export async function limitReached({ code, killedBy, stderr }: RunResult, url: string, place: GitPlace): Promise<Failure | null> {
  /** What was ended by us says nothing by its end. */
  const endedAs = (signal: number) => killedBy === null && code === signal;
  if (/no space left on device|disk quota exceeded/i.test(stderr)) return await diskFull(place.sourcesDir, stderr);
  if (endedAs(SIGKILLED) || /out of memory|cannot allocate memory|memory exhausted|failed to reserve|died of signal 9/i.test(stderr))
    return fail("SOURCE_NEEDS_MEMORY", { url, limit: size(place.memoryBytes) }, { detail: stderr.trim().slice(-2000) });
  return endedAs(SIGXFSZ) || /File size limit exceeded|File too large|signal 25/i.test(stderr) ? tooLarge(url, place.limitBytes) : null;
}

export const tooLarge = (url: string, limitBytes: number) => fail("SOURCE_TOO_LARGE", { url, limit: size(limitBytes) });
