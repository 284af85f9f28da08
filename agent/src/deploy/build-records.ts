import { ownRecords } from "../build/own-cache.ts";
import { buildCache, type CacheRecord } from "../docker/build-cache.ts";
import { keepBuildRecords, listBuildRecords } from "../store/index.ts";
import type { DeployDeps } from "./deps.ts";

/** Docker before 23 adds up all that it has; what is not told soon is no reason to wait with a build. */
const LOOK_MS = 5000;

/** Builds, and writes down what that left in Docker's build cache, where it can be told. No build fails for it. */
export async function withOwnCache(deps: DeployDeps, signal: AbortSignal, make: () => Promise<void>): Promise<void> {
  const before = await look(deps, signal);
  try {
    await make();
  } finally {
    const after = before === null ? null : await look(deps, signal);
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

async function look({ docker }: DeployDeps, signal: AbortSignal): Promise<CacheRecord[] | null> {
  if (signal.aborted) return null;
  try {
    return await buildCache(docker, AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]));
  } catch {
    return null;
  }
}
