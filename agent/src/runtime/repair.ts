import { v7 as uuid } from "uuid";
import type { DeployDeps } from "../deploy/deps.ts";
import { launch } from "../deploy/launch.ts";
import { liveRelease, openVariables } from "../deploy/plan.ts";
import { settleService } from "../deploy/retire.ts";
import { targetOf } from "../deploy/route.ts";
import { abandonRelease } from "../deploy/undo.ts";
import { inspectContainer, keepRunning, listContainers, startContainer, type ListedContainer } from "../docker/container.ts";
import { claim, type Claim } from "../jobs/index.ts";
import { removeService } from "../lifecycle/delete.ts";
import { findJob, findRelease, findService, releasesInState, updateRelease, type ReleaseRow, type ServiceRow } from "../store/index.ts";

/** What a repair of a service must hold, as the job would that it takes the place of. */
export function claimsOfRepair(service: ServiceRow): readonly Claim[] {
  const subject = { projectId: service.projectId, environmentId: service.environmentId, serviceId: service.id };
  return [service.intent === "deleted" ? claim.service(subject, "X") : claim.process(subject, "X")];
}

/** The release whose container must run; null: none has to, as of a site or of what is stopped. */
export function mustRun({ db }: Pick<DeployDeps, "db">, service: ServiceRow): ReleaseRow | null {
  return service.intent === "running" && service.kind !== "static" ? liveRelease(db, service) : null;
}

/** Whether there is something of it that nobody works on any more: of a release that is going, or that never came. */
export function hasLeftovers({ db }: Pick<DeployDeps, "db">, service: ServiceRow, own: ListedContainer[]): boolean {
  if (service.intent === "deleted") return true;
  const live = mustRun({ db }, service);
  return own.some(({ id }) => id !== live?.containerId) || retiring(db, service.id) || abandoned(db, service.id).length > 0;
}

const retiring = (db: DeployDeps["db"], serviceId: string) => releasesInState(db, "retiring").some((release) => release.serviceId === serviceId);

/** Begun by a job that has neither finished nor undone it. */
const abandoned = (db: DeployDeps["db"], serviceId: string) =>
  releasesInState(db, "preparing").filter((release) => release.serviceId === serviceId && findJob(db, release.deploymentId)?.endedAt !== null);

/** Under its claims, from what stands in the store and with Docker now. */
export async function repairService(deps: DeployDeps, serviceId: string, signal: AbortSignal): Promise<void> {
  const service = findService(deps.db, serviceId);
  if (service === undefined) return;
  // Its deletion was committed and could not go on, as when Docker was away.
  if (service.intent === "deleted") return removeService(deps, serviceId);
  for (const release of abandoned(deps.db, serviceId)) await abandonRelease(deps, release);
  const live = mustRun(deps, service);
  if (live !== null) await keepLive(deps, service, live.id);
  const own = (await listContainers(deps.docker, deps.instanceId)).filter(({ owner }) => owner.service === serviceId);
  if (hasLeftovers(deps, service, own)) await settleService(deps, serviceId, { log: () => {}, detail: () => {}, signal });
}

/** The live release has a running container: Docker restarts one that died, we bring back one that is gone. */
async function keepLive(deps: DeployDeps, service: ServiceRow, releaseId: string): Promise<void> {
  const release = findRelease(deps.db, releaseId)!;
  const facts = release.containerId === null ? null : await inspectContainer(deps.docker, release.containerId);
  if (facts !== null) {
    if (facts.restartPolicy !== "unless-stopped") await keepRunning(deps.docker, facts.id);
    if (!facts.running && !facts.restarting) await startContainer(deps.docker, facts.id, service.name);
    return;
  }
  deps.note("container missing", { service: service.name, release: release.id });
  const made = await launch(deps, {
    service,
    release,
    variables: await openVariables(deps, release),
    jobId: uuid(),
    ...(release.address === null ? {} : { address: release.address }),
    keep: () => {},
  });
  updateRelease(deps.db, release.id, made);
  await keepRunning(deps.docker, made.containerId);
  await deps.routing(() => deps.caddy.setTarget(service.id, targetOf(service, liveRelease(deps.db, service))));
  await deps.names.sync();
}
