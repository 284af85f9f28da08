import { isDeepStrictEqual } from "node:util";
import { existsSync } from "node:fs";
import { readBuildOutput } from "../build/index.ts";
import type { JobContext } from "../jobs/index.ts";
import { removeSource } from "../git/index.ts";
import { checkoutPath } from "../sources/index.ts";
import { endInstance, findService, instancesOfRelease, updateRelease, type ReleaseRow, type ServiceRow } from "../store/index.ts";
import { BUILD_OUTPUT } from "./build.ts";
import type { DeployDeps } from "./deps.ts";
import { releaseOf } from "./plan.ts";
import { removeMaterial } from "./retire.ts";
import { wantedTarget } from "./route.ts";
import { bringBack } from "./stop-first.ts";
import { removeContainers } from "./undo-containers.ts";

/** A new release that had the route for a moment may hold requests; they get this long. */
const LONGEST_GRACE_SECONDS = 5;

/** Everything that the job made goes; what served before serves on. */
export async function undoDeploy(deps: DeployDeps, context: JobContext): Promise<void> {
  const release = releaseOf(deps.db, context.job);
  const service = context.job.serviceId === null ? undefined : findService(deps.db, context.job.serviceId);
  try {
    // First of all: requests wait for it, and for nothing of what follows.
    if (service !== undefined) await bringBack(deps, context, service);
  } finally {
    await completeLog(context);
    await removeSource(checkoutPath(deps, context.job.id));
  }
  if (release !== null && release.state !== "live") await abandonRelease(deps, release, context);
}

/** Of a release that never went live nothing stays but its row; also for one that a crashed job could not clean up. */
export async function abandonRelease(deps: DeployDeps, release: ReleaseRow, words: Pick<JobContext, "log" | "warn">): Promise<void> {
  const service = findService(deps.db, release.serviceId);
  if (service === undefined) return;
  const routed = await routeBack(deps, service);
  const grace = routed ? Math.min(release.config.drainSeconds, LONGEST_GRACE_SECONDS) : null;
  await removeContainers(deps, service, (owner) => owner.release === release.id, grace, words);
  await removeMaterial(deps, release);
  for (const instance of instancesOfRelease(deps.db, release.id)) endInstance(deps.db, instance);
  updateRelease(deps.db, release.id, { state: "failed", endedAt: Date.now() });
}

/** After a crash the builder's file holds lines that never reached the log. */
async function completeLog(context: JobContext): Promise<void> {
  const output = context.output(BUILD_OUTPUT);
  if (!existsSync(output.path)) return;
  for await (const { text, stream } of readBuildOutput(output.path)) output.line(text, stream);
}

/** Answers whether the route had to be taken back from the new release. */
export function routeBack({ caddy, db, routing }: DeployDeps, service: ServiceRow): Promise<boolean> {
  return routing(async () => {
    const wanted = wantedTarget(db, service);
    const current = await caddy.current(service.id);
    if (isDeepStrictEqual(current, wanted)) return false;
    await caddy.setTarget(service.id, wanted);
    return current !== null;
  });
}
