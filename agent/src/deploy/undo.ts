import { isDeepStrictEqual } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { existsSync } from "node:fs";
import { readBuildOutput } from "../build/index.ts";
import { listContainers, removeContainer } from "../docker/container.ts";
import { archiveOutput } from "../runtime/archive.ts";
import type { JobContext } from "../jobs/index.ts";
import { removeSource } from "../git/index.ts";
import { checkoutPath } from "../sources/index.ts";
import type { Owner } from "../docker/names.ts";
import { endInstance, findService, instancesOfRelease, updateRelease, type ReleaseRow, type ServiceRow } from "../store/index.ts";
import { BUILD_OUTPUT } from "./build.ts";
import type { DeployDeps } from "./deps.ts";
import { releaseOf } from "./plan.ts";
import { endContainer, removeMaterial } from "./retire.ts";
import { wantedTarget } from "./route.ts";

/** A new release that had the route for a moment may hold requests; they get this long. */
const LONGEST_GRACE_SECONDS = 5;

/** Everything that the job made goes; what served before serves on. */
export async function undoDeploy(deps: DeployDeps, context: JobContext): Promise<void> {
  const release = releaseOf(deps.db, context.job);
  await completeLog(context);
  await removeSource(checkoutPath(deps, context.job.id));
  if (release !== null && release.state !== "live") await abandonRelease(deps, release);
}

/** Of a release that never went live nothing stays but its row; also for one that a crashed job could not clean up. */
export async function abandonRelease(deps: DeployDeps, release: ReleaseRow): Promise<void> {
  const service = findService(deps.db, release.serviceId);
  if (service === undefined) return;
  const routed = await routeBack(deps, service);
  const grace = routed ? Math.min(release.config.drainSeconds, LONGEST_GRACE_SECONDS) : null;
  await removeContainers(deps, service.id, (owner) => owner.release === release.id, grace);
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

/** What never served has no data that anybody would miss. With a grace when they had the route, at once when nobody was sent to them. */
export async function removeContainers(
  deps: DeployDeps,
  serviceId: string,
  isOne: (owner: Owner) => boolean,
  graceSeconds: number | null,
): Promise<void> {
  const found = (await listContainers(deps.docker, deps.instanceId)).filter(({ owner }) => isOne(owner));
  if (found.length > 0 && graceSeconds !== null) await sleep(graceSeconds * 1000);
  for (const { id } of found) {
    if (graceSeconds !== null) {
      await endContainer(deps, serviceId, id, graceSeconds, { withVolumes: true });
    } else {
      await archiveOutput(deps, serviceId, id);
      await removeContainer(deps.docker, id, { withVolumes: true });
    }
  }
}
