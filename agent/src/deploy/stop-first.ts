import { setTimeout as sleep } from "node:timers/promises";
import { hasEnded, inspectContainer, keepRunning, letEnd, listContainers, startContainer, stopContainer } from "../docker/container.ts";
import type { JobContext } from "../jobs/index.ts";
import { traitsOf } from "../shapes/index.ts";
import { findRelease, turnInstance, type InstanceRow, type ReleaseRow, type ServiceRow } from "../store/index.ts";
import { askedToEnd, markAskedToEnd } from "./asked-to-end.ts";
import type { DeployDeps } from "./deps.ts";
import { lookOnce } from "./health-kinds.ts";
import { stopSecondsOf } from "./limits.ts";
import { isAlone } from "./mounts.ts";
import { liveRelease } from "./plan.ts";
import { policyOf } from "./restarts.ts";
import { keptInstances } from "./retire.ts";
import { removeContainers } from "./undo-containers.ts";
import { checkSeconds } from "./watch.ts";

/** Added to the time that a start is given: the longest time that the old ones may take to end. */
export const STOP_FIRST_SECONDS = 320;
/** Requests in flight get this long at most, since all others wait meanwhile. */
const LONGEST_DRAIN_SECONDS = 5;
/** Requests wait no longer than half a minute (0026): what begins again is given a little more. */
const BACK_SECONDS = 60;
const EVERY_MS = 250;
/** An undo waits no longer for the end of what was asked to end: it has 120 s for all that it does. */
const LONGEST_STOP_SECONDS = 20;

/** Whether the one before must have ended when this one begins: by choice, and always where it has a volume. */
export const stopsFirst = ({ config, mounts }: Pick<ReleaseRow, "config" | "mounts">): boolean => config.replace === "stopFirst" || mounts.length > 0;

/**
 * Requests wait from here on, and all of the service that runs has ended, by Docker's word, when this returns. Whoever aborts
 * may leave this behind (jobs/deadline.ts): after each wait it looks whether the job goes on before it does anything more.
 */
export async function stopBefore(deps: DeployDeps, context: JobContext, service: ServiceRow, signal: AbortSignal): Promise<void> {
  const running = (await listContainers(deps.docker, deps.instanceId, service.id)).filter((one) => one.owner.job !== context.job.id && !one.owner.once && !hasEnded(one));
  signal.throwIfAborted();
  if (running.length === 0) return;
  const live = liveRelease(deps.db, service);
  await deps.routing(() => {
    signal.throwIfAborted();
    return deps.caddy.hold(service.id);
  });
  context.detail("Requests wait while the old release ends");
  if (live !== null && traitsOf(live).drains) await sleep(Math.min(live.config.drainSeconds, LONGEST_DRAIN_SECONDS) * 1000, undefined, { signal });
  signal.throwIfAborted();
  const ids = running.map(({ id }) => id);
  context.checkpoint({ stopped: ids });
  markAskedToEnd(deps.db, ids);
  // A Docker that is started anew begins again what ended with a code, whoever asked it to end.
  await Promise.all(ids.map((id) => letEnd(deps.docker, id)));
  signal.throwIfAborted();
  await stopAll(deps, ids, live === null ? 0 : stopSecondsOf(live.config));
  signal.throwIfAborted();
  context.log("The old release has ended, the new one begins");
}

/** One that fails leaves none of the others unwaited for. */
async function stopAll({ docker }: DeployDeps, ids: string[], seconds: number): Promise<void> {
  const results = await Promise.allSettled(ids.map((id) => stopContainer(docker, id, seconds)));
  const failed = results.find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}

/**
 * Of a job that has asked what served to end: what it made goes first, then that end is waited for, since a signal cannot be
 * taken back; then the old ones begin again, and requests wait until they are well.
 */
export async function bringBack(deps: DeployDeps, context: JobContext, service: ServiceRow): Promise<void> {
  const stopped = askedToEnd.safeParse(context.job.checkpoint).data?.stopped ?? [];
  if (stopped.length === 0) return;
  await deps.routing(() => deps.caddy.hold(service.id));
  // What had the route may still be at work on requests, and what those have left in volumes stays.
  const grace = mayHaveServed(context) ? Math.min(service.config.drainSeconds, LONGEST_DRAIN_SECONDS) : null;
  await removeContainers(deps, service, (owner) => owner.job === context.job.id, grace, context);
  const live = liveRelease(deps.db, service);
  await stopAll(deps, stopped, live === null ? 0 : Math.min(stopSecondsOf(live.config), LONGEST_STOP_SECONDS));
  // One that was left behind begins nothing beside what comes after it.
  context.signal.throwIfAborted();
  const back = keptInstances(deps.db, service).filter(({ containerId }) => containerId !== null && stopped.includes(containerId));
  await Promise.all(back.map((instance) => begin(deps, service, instance, context.signal)));
  await Promise.all(back.map((instance) => awaitWell(deps, service, instance)));
  context.log("The old release runs again");
}

/** By its steps: they outlive a crash, and the hold has taken the place of the route that could tell. */
const mayHaveServed = ({ job }: Pick<JobContext, "job">): boolean => job.steps.some(({ name, startedAt }) => name === "route" && startedAt !== null);

async function begin(deps: DeployDeps, service: ServiceRow, { id, containerId, releaseId }: InstanceRow, signal: AbortSignal): Promise<void> {
  const { db, docker, sightings } = deps;
  const release = findRelease(db, releaseId);
  const facts = await inspectContainer(docker, containerId!);
  if (facts === null || release === undefined) return;
  const runs = facts.running || facts.restarting;
  // Where something else is on its volume, the reconcile loop begins it when that has ended; until then Docker does not, either.
  if (!runs && !(await isAlone(deps, release, containerId!))) return;
  await keepRunning(docker, containerId!, policyOf(release));
  if (runs) return;
  signal.throwIfAborted();
  turnInstance(db, id, "live", "down");
  sightings.saw(id);
  await startContainer(docker, containerId!, service.name);
}

/** One that does not come in time is left to the look of the reconcile loop, as any that died. */
async function awaitWell(deps: DeployDeps, service: ServiceRow, { releaseId, containerId, address }: InstanceRow): Promise<void> {
  const release = findRelease(deps.db, releaseId);
  if (release === undefined || address === null) return;
  const end = performance.now() + Math.min(checkSeconds(release.config), BACK_SECONDS) * 1000;
  const never = new AbortController().signal;
  while (performance.now() < end) {
    if (await lookOnce(deps, { service, release, containerId: containerId!, address }, end - performance.now(), never)) return;
    await sleep(EVERY_MS);
  }
}
