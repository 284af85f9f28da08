import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { removeSite } from "../build/index.ts";
import { endContainer } from "../deploy/retire.ts";
import { wantedTarget } from "../deploy/route.ts";
import { abandonRelease } from "../deploy/undo.ts";
import { listContainers, type ListedContainer } from "../docker/container.ts";
import { removeSource } from "../git/index.ts";
import type { Runner } from "../jobs/index.ts";
import { assignVirtualAddresses } from "../network/environments.ts";
import { findJob, findRelease, findService, listEnvironments, listServices, releasesInState } from "../store/index.ts";
import type { ServiceRow } from "../store/index.ts";
import { repairService, type RepairDeps } from "./repair.ts";

export type ReconcileDeps = RepairDeps & { jobs: Pick<Runner, "active"> };

/** Compares what should be with what is and repairs the difference; what a job works on is left to the job. */
export async function reconcile(deps: ReconcileDeps, signal: AbortSignal): Promise<void> {
  const attempt = async (what: string, act: () => Promise<unknown>) => {
    if (signal.aborted) return;
    await act().catch((error: unknown) => signal.aborted || deps.note("repair failed", { what, error: String(error) }));
  };
  // Routes and names first: they are what requests need, and they do not wait for Docker.
  await attempt("caddy", () => deps.caddy.ensure(signal));
  await attempt("routes", () => syncRoutes(deps));
  for (const { id } of listEnvironments(deps.db)) assignVirtualAddresses(deps.db, id);
  await attempt("networks", () => restoreNetworks(deps));
  await attempt("names", () => deps.names.sync());
  await attempt("releases", () => abandonLeftovers(deps));
  const containers = await listContainers(deps.docker, deps.instanceId).catch(() => null);
  if (containers === null) return;
  // Side by side: one that drains must not hold up one that is down.
  await Promise.all(
    listServices(deps.db).map((service) => attempt(`service ${service.name}`, async () => isBusy(deps, service) || repairService(deps, service, containers, signal))),
  );
  await attempt("ports", () => deps.names.admit());
  await attempt("strays", () => removeStrays(deps, containers));
  await attempt("folders", () => removeLeftoverFolders(deps));
}

function isBusy({ jobs }: ReconcileDeps, service: Pick<ServiceRow, "id" | "projectId">): boolean {
  return jobs
    .active({ projectId: service.projectId, serviceId: null })
    .some((job) => job.serviceId === null || job.serviceId === service.id);
}

/** A service with a job keeps the target that the job may just have set. */
async function syncRoutes(deps: ReconcileDeps): Promise<void> {
  await deps.routing(async () => {
    const routes = [];
    for (const service of listServices(deps.db)) {
      if (service.intent === "deleted") continue;
      const target = isBusy(deps, service) ? await deps.caddy.current(service.id) : wantedTarget(deps.db, service);
      routes.push({ serviceId: service.id, hostname: service.hostname, target });
    }
    await deps.caddy.sync(routes);
  });
}

async function restoreNetworks({ db, environments }: ReconcileDeps): Promise<void> {
  for (const { id, subnet, projectId } of listEnvironments(db)) {
    const used = listServices(db, projectId).some(({ intent, liveReleaseId }) => intent === "running" && liveReleaseId !== null);
    if (subnet !== null && used) await environments.ensure(id);
  }
}

/** Releases that a job began and neither finished nor undid. */
async function abandonLeftovers(deps: ReconcileDeps): Promise<void> {
  for (const release of releasesInState(deps.db, "preparing")) {
    const service = findService(deps.db, release.serviceId);
    if (service !== undefined && !isBusy(deps, service)) await abandonRelease(deps, release);
  }
}

/** Ours by label, of a service that is no more, made by a job that our journal knows and that has ended. */
async function removeStrays(deps: ReconcileDeps, containers: ListedContainer[]): Promise<void> {
  for (const { id, owner } of containers) {
    const job = owner.job === undefined ? undefined : findJob(deps.db, owner.job);
    if (owner.service === undefined || findService(deps.db, owner.service) !== undefined) continue;
    if (job !== undefined && job.endedAt !== null) await endContainer(deps, owner.service, id, 0);
  }
}

/** Checkouts of ended jobs, and sites whose release is forgotten. */
async function removeLeftoverFolders(deps: ReconcileDeps): Promise<void> {
  const { db, paths } = deps;
  for (const name of await readdir(paths.sources).catch(() => [])) {
    if (findJob(db, name)?.endedAt) await removeSource(join(paths.sources, name));
  }
  for (const serviceId of await readdir(paths.sites).catch(() => [])) {
    const service = findService(db, serviceId);
    if (service !== undefined && isBusy(deps, service)) continue;
    for (const releaseId of await readdir(join(paths.sites, serviceId)).catch(() => [])) {
      const release = findRelease(db, releaseId);
      if (release === undefined || release.state === "failed") await removeSite(join(paths.sites, serviceId, releaseId));
    }
  }
}
