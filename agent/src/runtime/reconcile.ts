import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { removeSite } from "../build/index.ts";
import { endContainer } from "../deploy/retire.ts";
import { wantedTarget } from "../deploy/route.ts";
import { listContainers, type ListedContainer } from "../docker/container.ts";
import { removeSource } from "../git/index.ts";
import type { Runner } from "../jobs/index.ts";
import type { Whole } from "../lifecycle/whole.ts";
import { assignVirtualAddresses } from "../network/environments.ts";
import { deletedEnvironments, deletedProjects, eachService, findJob, findService, hostnamesOf, isSiteKept, listEnvironments, needsNetwork } from "../store/index.ts";
import { sweepTrash } from "../volumes/sweep.ts";
import { claimsOfRepair, difference, type SurveyDeps } from "./survey.ts";

export type ReconcileDeps = SurveyDeps & {
  jobs: Pick<Runner, "isFree" | "enqueue" | "hold">;
  /** Begins to mend a service, and does not wait for it. */
  look: (serviceId: string) => void;
  /** The same for a project or an environment that is to go. */
  lookAtGone: (what: Whole) => void;
};

/** So many questions to Docker at a time. */
const AT_ONCE = 8;

type Pass = { signal: AbortSignal; containers: readonly ListedContainer[] };
/** One thing that a pass looks after; it is mended at once, or begun to be mended. */
type Care = { name: string; mend(deps: ReconcileDeps, pass: Pass): Promise<unknown> };

/** Routes and names first: they are what requests need, and they do not wait for Docker. */
const BEFORE_DOCKER = [
  { name: "caddy", mend: ({ caddy }, { signal }) => caddy.ensure(signal) },
  { name: "routes", mend: (deps) => syncRoutes(deps) },
  { name: "addresses", mend: (deps) => addressServices(deps) },
  { name: "networks", mend: (deps) => restoreNetworks(deps) },
  { name: "names", mend: ({ names }) => names.sync() },
] as const satisfies readonly Care[];
const AFTER_DOCKER = [
  { name: "services", mend: (deps, { containers, signal }) => survey(deps, containers, signal) },
  { name: "gone", mend: (deps) => lookAtAllGone(deps) },
  { name: "ports", mend: ({ names }) => names.admit() },
  { name: "strays", mend: (deps, { containers }) => removeStrays(deps, containers) },
  { name: "trash", mend: (deps) => sweepTrash(deps) },
  { name: "folders", mend: (deps) => removeLeftoverFolders(deps) },
] as const satisfies readonly Care[];

/** What a pass looks after, by name; in services, the differences of the survey. */
export const CARES = [...BEFORE_DOCKER, ...AFTER_DOCKER].map(({ name }) => name);

/** One pass: compares what should be with what is. What belongs to a service is mended beside it, under claims. */
export async function reconcile(deps: ReconcileDeps, signal: AbortSignal): Promise<void> {
  const attempt = async ({ name, mend }: Care, containers: readonly ListedContainer[] = []) => {
    if (signal.aborted) return;
    await mend(deps, { signal, containers }).catch((error: unknown) => signal.aborted || deps.note("repair failed", { what: name, error: String(error) }));
  };
  for (const care of BEFORE_DOCKER) await attempt(care);
  const containers = await listContainers(deps.docker, deps.instanceId).catch(() => null);
  if (containers === null) return;
  for (const care of AFTER_DOCKER) await attempt(care, containers);
}

/** Only what differs is looked at under claims, and read again there. */
async function survey(deps: ReconcileDeps, containers: readonly ListedContainer[], signal: AbortSignal): Promise<void> {
  const byService = Map.groupBy(containers, ({ owner }) => owner.service);
  const next = eachService(deps.db);
  const work = async () => {
    for (const service of next) {
      if (signal.aborted) return;
      // What cannot be observed now is not mended blindly: the next pass looks again.
      if ((await difference(deps, service, byService.get(service.id) ?? []).catch(() => null)) !== null) deps.look(service.id);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** A service with a job keeps the target that the job may just have set. */
export async function syncRoutes(deps: Pick<ReconcileDeps, "db" | "caddy" | "routing" | "jobs">): Promise<void> {
  await deps.routing(async () => {
    const routes = [];
    for (const service of eachService(deps.db)) {
      if (service.intent === "deleted") continue;
      const free = deps.jobs.isFree(claimsOfRepair(service));
      const target = free ? wantedTarget(deps.db, service) : await deps.caddy.current(service.id);
      routes.push({ serviceId: service.id, hostnames: hostnamesOf(deps.db, service.id), target });
    }
    await deps.caddy.sync(routes);
  });
}

/** A name without an address leads nowhere. */
async function addressServices({ db }: ReconcileDeps): Promise<void> {
  for (const { id } of listEnvironments(db)) assignVirtualAddresses(db, id);
}

async function lookAtAllGone({ db, lookAtGone }: ReconcileDeps): Promise<void> {
  for (const { id, projectId } of deletedEnvironments(db)) lookAtGone({ projectId, environmentId: id });
  for (const { id } of deletedProjects(db)) lookAtGone({ projectId: id, environmentId: null });
}

async function restoreNetworks({ db, environments }: ReconcileDeps): Promise<void> {
  for (const { id, subnet } of listEnvironments(db)) if (subnet !== null && needsNetwork(db, id)) await environments.ensure(id);
}

/** Ours by label, of a service that is no more, made by a job that our journal knows and that has ended. */
async function removeStrays(deps: ReconcileDeps, containers: readonly ListedContainer[]): Promise<void> {
  for (const { id, owner } of containers) {
    const job = owner.job === undefined ? undefined : findJob(deps.db, owner.job);
    if (owner.service === undefined || findService(deps.db, owner.service) !== undefined) continue;
    if (job !== undefined && job.endedAt !== null) await endContainer(deps, owner.service, id, 0, { withVolumes: true });
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
    if (service !== undefined && !deps.jobs.isFree(claimsOfRepair(service))) continue;
    for (const releaseId of await readdir(join(paths.sites, serviceId)).catch(() => [])) {
      if (!isSiteKept(db, releaseId)) await removeSite(join(paths.sites, serviceId, releaseId));
    }
  }
}
