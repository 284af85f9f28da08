import { v7 as uuid } from "uuid";
import { wasAskedToEnd } from "../deploy/asked-to-end.ts";
import { launch, relaunch, wantedOrdinals, type LaunchRequest } from "../deploy/launch.ts";
import { isAlone } from "../deploy/mounts.ts";
import { openVariables } from "../deploy/plan.ts";
import { policyOf, rests } from "../deploy/restarts.ts";
import { keptInstances, settleService } from "../deploy/retire.ts";
import { wantedTarget } from "../deploy/route.ts";
import { abandonRelease } from "../deploy/undo.ts";
import { inspectContainer, keepRunning, startContainer, type ListedContainer } from "../docker/container.ts";
import { removeService } from "../lifecycle/delete.ts";
import { turnInstance, updateInstance } from "../store/index.ts";
import type { InstanceRow, ReleaseRow, ServiceRow } from "../store/index.ts";
import { abandoned, leftover, mustRun, type SurveyDeps } from "./survey.ts";

export type RepairDeps = SurveyDeps;

/** Of a repair no job tells; the agent's own log does. */
const UNTOLD = { log: () => {}, warn: () => {} };

/** Makes one service what the store says that it is, under its claims (survey.ts): nothing else is at work on it. */
export async function repairService(deps: RepairDeps, service: ServiceRow, containers: ListedContainer[], signal: AbortSignal): Promise<void> {
  // Its deletion was committed and could not go on, as when Docker was away.
  if (service.intent === "deleted") return removeService(deps, service.id);
  const own = containers.filter(({ owner }) => owner.service === service.id);
  for (const release of abandoned(deps.db, service.id)) await abandonRelease(deps, release, UNTOLD);
  const live = mustRun(deps.db, service);
  if (live !== null) await keepInstances(deps, { service, release: live, own, signal });
  if (leftover(deps.db, service, own) !== null) await settleService(deps, service.id, { ...UNTOLD, detail: () => {}, signal });
}

/** `signal`: of a repair that may be left behind when Docker answers: nothing is begun after it. */
type Keeping = { service: ServiceRow; release: ReleaseRow; own: ListedContainer[]; signal: AbortSignal };

/** Each ordinal of the live release has one running container: Docker restarts one that died, we bring back one that is gone. */
async function keepInstances(deps: RepairDeps, keeping: Keeping): Promise<void> {
  const { service, release, signal } = keeping;
  const missing: InstanceRow[] = [];
  const kept = keptInstances(deps.db, service);
  for (const instance of kept) if (!(await keepInstance(deps, keeping, instance))) missing.push(instance);
  const ordinals = wantedOrdinals(release).filter((ordinal) => !kept.some((one) => one.ordinal === ordinal));
  if (missing.length + ordinals.length === 0) return;

  for (const { id, ordinal } of missing) {
    deps.note("container missing", { service: service.name, release: release.id, instance: ordinal });
    turnInstance(deps.db, id, "live", "down");
    deps.sightings.saw(id);
  }
  await Promise.all([deps.routing(() => deps.caddy.setTarget(service.id, wantedTarget(deps.db, service))), deps.names.sync({ ports: false })]);

  const request: LaunchRequest = { service, release, variables: await openVariables(deps, release), jobId: uuid(), signal };
  const made = ordinals.length > 0 ? await launch(deps, request, ordinals) : [];
  for (const { id } of made) turnInstance(deps.db, id, "starting", "down");
  for (const instance of missing) made.push(await relaunch(deps, request, instance));
  for (const { containerId } of made) {
    await keepRunning(deps.docker, containerId, policyOf(release));
    const facts = await inspectContainer(deps.docker, containerId);
    // It gets requests when it answers (outages.ts); that is not waited for here.
    if (facts !== null) deps.met(service.id, facts);
  }
}

/** Answers whether it has a container, which then runs or is being restarted. */
async function keepInstance(deps: RepairDeps, { service, release, own, signal }: Keeping, instance: InstanceRow): Promise<boolean> {
  const { db, docker, met } = deps;
  // One that was made when the agent died has no place in the store yet.
  const ids = [instance.containerId, ...own.filter(({ owner }) => owner.replica === instance.id).map(({ id }) => id)];
  for (const id of new Set(ids)) {
    const facts = id === null ? null : await inspectContainer(docker, id);
    if (facts === null) continue;
    if (facts.id !== instance.containerId) updateInstance(db, instance.id, { containerId: facts.id, containerName: facts.name });
    met(service.id, facts);
    const stays = facts.running || facts.restarting || (rests(release, facts) && !wasAskedToEnd(db, facts));
    // Docker does not begin it beside what is on its volume, either, should it be started anew.
    if (!stays && !(await isAlone(deps, release, facts.id))) return true;
    signal.throwIfAborted();
    if (facts.restartPolicy !== policyOf(release)) await keepRunning(docker, facts.id, policyOf(release));
    if (!stays) await startContainer(docker, facts.id, service.name);
    return true;
  }
  return false;
}
