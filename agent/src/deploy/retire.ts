import { setTimeout as sleep } from "node:timers/promises";
import { describe } from "../../contract/problem.ts";
import { inspectContainer, keepRunning, listContainers, removeContainer, startContainer, stopContainer, type ListedContainer, type VolumeMount } from "../docker/container.ts";
import { filledVolumes } from "../docker/volume.ts";
import type { JobContext } from "../jobs/index.ts";
import { archiveOutput } from "../runtime/archive.ts";
import { shapeOf, traitsOf } from "../shapes/index.ts";
import { deleteRelease, endInstance, findJob, findRelease, findService, instancesOfService, isTaken, readStorage, releasesOfService, takeOldRelease } from "../store/index.ts";
import { servingInstances, turnInstance, updateInstance, updateRelease } from "../store/index.ts";
import type { Db, InstanceRow, ReleaseRow, ServiceRow } from "../store/index.ts";
import type { DeployDeps } from "./deps.ts";
import { discardOf } from "./discard.ts";
import { wantedOrdinals } from "./launch.ts";
import { stopSecondsOf } from "./limits.ts";
import { isAlone } from "./mounts.ts";
import { liveRelease, serviceOf } from "./plan.ts";
import { policyOf, rests } from "./restarts.ts";
import { wantedTarget } from "./route.ts";

/** Rows of failed ones, which hold nothing. */
const KEPT_FAILED = 5;
/** The live one is one of those that are kept. */
export const keptRetired = (db: Db): number => readStorage(db).releases - 1;

type Words = Pick<JobContext, "log" | "detail" | "signal"> & {
  /** Paths whose data may go, by a person's yes; all other data stays. */
  discard?: readonly string[];
  warn?: JobContext["warn"];
};

/**
 * Everything that follows from a commit, from the store alone: the same after a crash, and as often as one likes. Names
 * follow, what was replaced drains and goes.
 */
export async function settleService(deps: DeployDeps, serviceId: string, words: Words): Promise<void> {
  const service = findService(deps.db, serviceId);
  if (service === undefined) return;
  const kept = keptInstances(deps.db, service);
  for (const { id, state } of leavingInstances(deps.db, service)) if (state !== "retiring") updateInstance(deps.db, id, { state: "retiring" });
  await Promise.all(kept.map((instance) => keepUp(deps, service, instance, words.signal)));
  await deps.routing(() => deps.caddy.setTarget(service.id, wantedTarget(deps.db, service)));
  await deps.names.sync();
  await retireContainers(deps, serviceId, words);
  await forgetOldReleases(deps, serviceId);
}

/** What stays: of a service that is to run, as many instances of its live release as that is to have. */
export function keptInstances(db: Db, service: ServiceRow): InstanceRow[] {
  const live = service.intent === "running" ? liveRelease(db, service) : null;
  if (live === null) return [];
  // How many it is to have is not known: none goes.
  if (live.damage !== null) return servingInstances(db, live.id);
  const wanted = wantedOrdinals(live);
  return servingInstances(db, live.id).filter(({ ordinal }) => wanted.includes(ordinal));
}

/** What goes: all that do not stay, but for those that a deployment is still making. */
export function leavingInstances(db: Db, service: ServiceRow): InstanceRow[] {
  const kept = keptInstances(db, service);
  const isBeingMade = ({ state, releaseId }: InstanceRow) => state === "starting" && findRelease(db, releaseId)?.state === "preparing";
  return instancesOfService(db, service.id).filter((instance) => !kept.some(({ id }) => id === instance.id) && !isBeingMade(instance));
}

/** Docker restarts it from now on, as its settings say. One that died between its check and the commit is started again like any other. */
async function keepUp(deps: DeployDeps, service: ServiceRow, { id, releaseId, containerId }: InstanceRow, signal: AbortSignal): Promise<void> {
  const { db, docker, sightings } = deps;
  if (containerId === null) return;
  const release = findRelease(db, releaseId);
  if (release === undefined) return;
  await keepRunning(docker, containerId, policyOf(release));
  const facts = await inspectContainer(docker, containerId);
  // One that ended and began again unheard has still to answer: a look of the reconcile loop sees to it.
  if (facts?.running && !sightings.mayHaveEnded(id, facts.startedAt)) sightings.saw(id);
  if (facts === null || facts.running || facts.restarting) return;
  turnInstance(db, id, "live", "down");
  sightings.saw(id);
  if (rests(release, facts) || !(await isAlone(deps, release, containerId))) return;
  signal.throwIfAborted();
  await startContainer(docker, containerId, service.name);
}

/** Drains, stops and removes every container of the service that is not one of those that stay. */
async function retireContainers(deps: DeployDeps, serviceId: string, words: Words): Promise<void> {
  const service = findService(deps.db, serviceId)!;
  const kept = keptInstances(deps.db, service);
  const gone = leavingInstances(deps.db, service);
  const retiring = releasesOfService(deps.db, serviceId).filter(({ state }) => state === "retiring");
  const old = (await listContainers(deps.docker, deps.instanceId)).filter(
    ({ id, owner }) => owner.service === serviceId && !kept.some(({ containerId }) => containerId === id) && !isUnderWay(deps, owner.job),
  );
  if (old.length > 0) {
    const leaving = retiring[0] ?? liveRelease(deps.db, service);
    const seconds = traitsOf(leaving ?? service).drains ? (leaving?.config.drainSeconds ?? 0) : 0;
    // What ended before the new one began has nothing left to drain.
    if (old.some(({ state }) => state === "running")) await drain(Math.max(service.liveSince ?? 0, service.intentSince), seconds, words);
    await endContainers(deps, service, old, leaving ? stopSecondsOf(leaving.config) : 0, words);
  }
  for (const instance of gone) endInstance(deps.db, instance);
  for (const { id } of retiring) updateRelease(deps.db, id, { state: "retired", endedAt: Date.now() });
}

/**
 * Stops containers and removes them. The volumes of one go with it where a yes names all that hold something; else they
 * stay, all of them.
 */
export async function endContainers(deps: DeployDeps, service: ServiceRow, containers: ListedContainer[], graceSeconds: number, words: Pick<Words, "log" | "warn" | "discard">): Promise<void> {
  await Promise.all(containers.map(({ id }) => stopContainer(deps.docker, id, graceSeconds)));
  // Only now nobody writes into them any more: what was empty when it was asked for may not be so any longer.
  const kept = await withoutYes(deps, containers, words.discard ?? []);
  // Before they go: afterwards nothing leads to such a volume any more.
  tellKept(deps, service, kept.flatMap(({ volumes }) => volumes), words);
  await Promise.all(containers.map((one) => takeAway(deps, service.id, one.id, { withVolumes: !kept.includes(one) })));
}

async function withoutYes({ db, docker }: DeployDeps, containers: ListedContainer[], discard: readonly string[]): Promise<ListedContainer[]> {
  // What a volume of ours has of it is there.
  const filled = await Promise.all(containers.map(({ volumes }) => filledVolumes(docker, volumes.filter(({ path, name }) => !discard.includes(path) && !isTaken(db, name)))));
  return containers.filter((_, at) => filled[at]!.length > 0);
}

/** Data that nobody said yes to is kept without its container; its volume's name is the way to it. */
function tellKept({ note }: DeployDeps, service: ServiceRow, kept: VolumeMount[], { log, warn }: Pick<Words, "log" | "warn">): void {
  if (kept.length === 0) return;
  // Of a repair there is no job that could say so.
  note("volumes kept without a container", { service: service.name, volumes: kept });
  const warning = describe("VOLUME_DATA_KEPT", { service: service.name, volumes: kept.map(({ path, name }) => `${path} in ${name}`) });
  log(warning.message);
  warn?.(warning);
}

/** What a job makes before its commit is that job's own to keep or to remove. */
export function isUnderWay({ db }: Pick<DeployDeps, "db">, jobId: string | undefined): boolean {
  const job = jobId === undefined ? undefined : findJob(db, jobId);
  return job !== undefined && job.endedAt === null && !job.committed;
}

/** Requests in flight get the rest of their grace, counted from the moment of the switch, also over a crash. */
async function drain(since: number, seconds: number, { detail, signal }: Words): Promise<void> {
  const left = Math.min(seconds * 1000, since + seconds * 1000 - Date.now());
  if (left <= 0) return;
  detail(`Requests in flight get ${seconds} s to end`);
  await sleep(left, undefined, { signal });
}

/** Its stop signal, its grace, its last words kept, gone. */
export async function endContainer(
  deps: DeployDeps,
  serviceId: string,
  id: string,
  graceSeconds: number,
  volumes: { withVolumes: boolean },
): Promise<void> {
  await stopContainer(deps.docker, id, graceSeconds);
  await takeAway(deps, serviceId, id, volumes);
}

async function takeAway(deps: DeployDeps, serviceId: string, id: string, volumes: { withVolumes: boolean }): Promise<void> {
  await archiveOutput(deps, serviceId, id);
  await removeContainer(deps.docker, id, volumes);
}

/** The newest few and what is pinned stay as images and sites; of the others only the deployment's own row tells. */
async function forgetOldReleases(deps: DeployDeps, serviceId: string): Promise<void> {
  const next = () => takeOldRelease(deps.db, serviceId, keptRetired(deps.db));
  for (let old = next(); old !== undefined; old = next()) await forgetRelease(deps, old);
  // Nothing is left of a failed one but its row.
  const failed = releasesOfService(deps.db, serviceId).filter(({ state }) => state === "failed").slice(KEPT_FAILED);
  for (const release of failed) await forgetRelease(deps, release);
}

type Holding = Pick<DeployDeps, "db" | "docker" | "instanceId" | "paths">;

/** Its image's name, its files and its row; the row last, since everything is found from it. */
export async function forgetRelease(deps: Holding, release: ReleaseRow): Promise<void> {
  await removeMaterial(deps, release);
  deleteRelease(deps.db, release.id);
}

export const removeMaterial = (deps: Holding, release: ReleaseRow): Promise<void> => shapeOf(release).unmake(deps, release);

/** The step of a deployment; what fails in it is mended by the reconcile loop, since the release is live already. */
export async function retireStep(deps: DeployDeps, context: JobContext): Promise<void> {
  const service = serviceOf(deps.db, context.job);
  await context.step(
    "retire",
    (signal) => settleService(deps, service.id, { ...context, discard: discardOf(context.job.input), signal }),
    { deadlineSeconds: 2 * 300 + 120 },
  );
}
