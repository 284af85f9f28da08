import { setTimeout as sleep } from "node:timers/promises";
import { ownRecords } from "../build/own-cache.ts";
import { buildCache, type CacheRecord } from "../docker/build-cache.ts";
import { keepBuildRecords, listBuildRecords } from "../store/index.ts";
import type { DeployDeps } from "./deps.ts";

/** Docker before 23 adds up all that it has; what is not told soon is no reason to wait with a build. */
const LOOK_MS = 5000;
/** BuildKit lets go of what a build has used a moment after that has ended. */
const AGAIN_MS = 300;
const LOOKS = 3;

/** Builds, and writes down what that left in Docker's build cache, where it can be told. No build fails for it. */
export async function withOwnCache(deps: DeployDeps, signal: AbortSignal, make: () => Promise<void>): Promise<void> {
  const before = await look(deps, signal);
  try {
    await make();
  } finally {
    const after = before === null ? null : await lookAfter(deps, before, signal);
    if (before !== null && after !== null) keep(deps, before, after);
  }
}

function keep({ db, note }: DeployDeps, before: CacheRecord[], after: CacheRecord[]): void {
  try {
    const { ours, gone } = ownRecords(before, after, listBuildRecords(db));
    keepBuildRecords(db, ours, gone);
  } catch (error) {
    note("build records not kept", { error: String(error) });
  }
}

async function lookAfter(deps: DeployDeps, before: CacheRecord[], signal: AbortSignal): Promise<CacheRecord[] | null> {
  const isUsed = (records: CacheRecord[] | null) => records?.some(({ InUse }) => InUse === true) === true;
  let after = await look(deps, signal);
  for (let left = LOOKS - 1; left > 0 && isUsed(after) && !isUsed(before); left -= 1) {
    await sleep(AGAIN_MS, undefined, { signal }).catch(() => {});
    after = await look(deps, signal);
  }
  return after;
}

async function look({ docker }: DeployDeps, signal: AbortSignal): Promise<CacheRecord[] | null> {
  if (signal.aborted) return null;
  try {
    return await buildCache(docker, AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]));
  } catch {
    return null;
  }
}
