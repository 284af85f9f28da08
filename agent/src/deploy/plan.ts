import { v7 as uuid } from "uuid";
import type { JobContext } from "../jobs/index.ts";
import { createRelease, findRelease, findService, mountsWanted, releasesOfDeployment, transaction } from "../store/index.ts";
import type { Db, JobRow, ReleaseRow, ServiceRow } from "../store/index.ts";
import { fail } from "../../contract/problem.ts";
import { serviceConfig } from "../../contract/index.ts";
import { resolve } from "../variables/index.ts";
import type { DeployDeps } from "./deps.ts";

/** One deployment under way: what every phase needs to know. */
export type Plan = {
  service: ServiceRow;
  release: ReleaseRow;
  /** Opened values; never logged. */
  variables: Record<string, string>;
  /** What serves while this runs; null at the first deployment. */
  previous: ReleaseRow | null;
};

export function serviceOf(db: Db, job: JobRow): ServiceRow {
  const service = job.serviceId === null ? undefined : findService(db, job.serviceId);
  if (service === undefined) throw fail("NOT_FOUND", { what: "service", id: job.serviceId ?? "" });
  return service;
}

/** The release row is the first thing that a deployment makes: whatever comes after can be found from it. */
export async function beginRelease(deps: DeployDeps, { job }: JobContext): Promise<Plan> {
  const { db, sealer } = deps;
  const service = serviceOf(db, job);
  if (service.damage !== null) throw fail("SETTINGS_DAMAGED", { service: service.name, fields: service.damage });
  await deps.completeDigests();
  const id = uuid();
  const { values: variables, digest: variablesDigest } = await resolve(deps, service, id);
  const snapshot = await sealer.seal(JSON.stringify(variables));
  transaction(db, () => {
    createRelease(db, { id, serviceId: service.id, deploymentId: job.deploymentId!, shape: service.shape, config: serviceConfig.parse(service.config), variables: snapshot, variablesDigest, mounts: mountsWanted(db, service.id) });
  });
  return { service, variables, release: findRelease(db, id)!, previous: liveRelease(db, service) };
}

/** The plan of an earlier life, from what it wrote down; null where it had not come so far, or further than preparing. */
export async function planAgain(deps: DeployDeps, { job }: JobContext): Promise<Plan | null> {
  const release = releaseOf(deps.db, job);
  const service = job.serviceId === null ? undefined : findService(deps.db, job.serviceId);
  if (release?.state !== "preparing" || service === undefined) return null;
  return { service, release, variables: await openVariables(deps, release), previous: liveRelease(deps.db, service) };
}

export function liveRelease(db: Db, service: ServiceRow): ReleaseRow | null {
  return service.liveReleaseId === null ? null : (findRelease(db, service.liveReleaseId) ?? null);
}

export const releaseOf = (db: Db, job: JobRow): ReleaseRow | null =>
  job.deploymentId === null ? null : (releasesOfDeployment(db, job.deploymentId).at(-1) ?? null);

export async function openVariables({ sealer }: Pick<DeployDeps, "sealer">, release: ReleaseRow): Promise<Record<string, string>> {
  return release.variables === null ? {} : (JSON.parse(await sealer.open(release.variables, "What this release was started with")) as Record<string, string>);
}
