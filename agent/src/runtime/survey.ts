import { wasAskedToEnd } from "../deploy/asked-to-end.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import { wantedOrdinals } from "../deploy/launch.ts";
import { liveRelease } from "../deploy/plan.ts";
import { isUnderWay, keptInstances, keptRetired, leavingInstances } from "../deploy/retire.ts";
import { policyOf, rests } from "../deploy/restarts.ts";
import { inspectContainer, type ContainerFacts, type ListedContainer } from "../docker/container.ts";
import { claim, type Claim } from "../jobs/index.ts";
import { runs } from "../shapes/index.ts";
import { findJob, hasOldReleases, releasesInState, type Db, type ReleaseRow, type ServiceRow } from "../store/index.ts";

export type SurveyDeps = DeployDeps & {
  /** Docker told of a container. */
  met: (serviceId: string, facts: ContainerFacts) => void;
  /** Docker told that there is none. */
  missed: (containerId: string) => void;
};

/** What a repair of a service must hold: as much as the job in whose place it acts. */
export function claimsOfRepair(service: ServiceRow): readonly Claim[] {
  const subject = { projectId: service.projectId, environmentId: service.environmentId, serviceId: service.id };
  return [service.intent === "deleted" ? claim.service(subject, "X") : claim.process(subject, "X")];
}

/** The release that must have running containers; null: none has to, as of a site or of what is stopped. */
export function mustRun(db: Db, service: ServiceRow): ReleaseRow | null {
  const live = service.intent === "running" ? liveRelease(db, service) : null;
  return live !== null && runs(live) ? live : null;
}

/** In what a service can be another than it should be. */
export const DIFFERENCES = [
  "its deletion has not come to its end",
  "a release that nobody finishes",
  "a release too many",
  "an instance too many",
  "a container too many",
  "an instance too few",
  "a container is gone",
  "a container is not restarted by Docker",
  "a container does not run",
] as const;
export type Difference = (typeof DIFFERENCES)[number];

/** The first difference between what is and what should be. Only looks: what it answers is read again before anything is mended. */
export async function difference(deps: SurveyDeps, service: ServiceRow, own: readonly ListedContainer[]): Promise<Difference | null> {
  const live = mustRun(deps.db, service);
  // Seen in any case: what is told of it must not wait for a job whose leavings are the first difference.
  const amiss = live === null ? null : await differenceInInstances(deps, service, live);
  return leftover(deps.db, service, own) ?? amiss;
}

async function differenceInInstances(deps: SurveyDeps, service: ServiceRow, live: ReleaseRow): Promise<Difference | null> {
  const kept = keptInstances(deps.db, service);
  let found: Difference | null = kept.length < wantedOrdinals(live).length ? "an instance too few" : null;
  for (const { containerId } of kept) found = (await differenceIn(deps, service, live, containerId)) ?? found;
  return found;
}

async function differenceIn(deps: SurveyDeps, service: ServiceRow, live: ReleaseRow, containerId: string | null): Promise<Difference | null> {
  if (containerId === null) return "a container is gone";
  const facts = await inspectContainer(deps.docker, containerId);
  if (facts === null) {
    deps.missed(containerId);
    return "a container is gone";
  }
  deps.met(service.id, facts);
  if (facts.restartPolicy !== policyOf(live)) return "a container is not restarted by Docker";
  return facts.running || facts.restarting || (rests(live, facts) && !wasAskedToEnd(deps.db, facts)) ? null : "a container does not run";
}

/** Something of it is not what stays: it is going, or never came. */
export function leftover(db: Db, service: ServiceRow, own: readonly ListedContainer[]): Difference | null {
  if (service.intent === "deleted") return "its deletion has not come to its end";
  if (abandoned(db, service.id).length > 0) return "a release that nobody finishes";
  // It should be forgotten, and its image: that could not go on.
  if (hasOldReleases(db, service.id, keptRetired(db))) return "a release too many";
  if (leavingInstances(db, service).length > 0) return "an instance too many";
  const kept = keptInstances(db, service);
  return own.some(({ id, owner }) => !kept.some(({ containerId }) => containerId === id) && !(owner.once && isUnderWay({ db }, owner.job))) ? "a container too many" : null;
}

/** Releases begun by a job that has neither finished nor undone them. */
export const abandoned = (db: Db, serviceId: string): ReleaseRow[] =>
  releasesInState(db, "preparing").filter((release) => release.serviceId === serviceId && findJob(db, release.deploymentId)?.endedAt !== null);
