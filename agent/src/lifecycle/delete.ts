import * as z from "zod";
import { filesOf } from "../effects/index.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import { endContainer, removeMaterial } from "../deploy/retire.ts";
import { listContainers } from "../docker/container.ts";
import { removeNetwork } from "../docker/network.ts";
import { claim, defineJob, SHORT_LIVED, type JobContext, type JobEntry } from "../jobs/index.ts";
import { networkName } from "../network/ensure.ts";
import { deleteProject, deleteService, environmentsOf, findService, listDeployments, listServices, releasesOfService } from "../store/index.ts";
import { setIntent, setProjectDeleted, type Db } from "../store/index.ts";
import { REMOVE } from "./words.ts";

const { rm } = filesOf("service");

const ALL = 1_000_000;

/** The intent "deleted" is the commit; everything of it goes, its row last, so that a crash goes on from the store. */
export function createDeleteServiceJob(deps: DeployDeps): JobEntry {
  return defineJob({
    kind: "delete-service",
    words: { doing: "Delete", done: "deleted" },
    input: z.object({}),
    steps: () => [REMOVE],
    claims: ({ subject }) => [claim.service(subject, "X")],
    deletes: "service",
    deadlines: { run: 60, undo: 60, finish: 1800 },
    retention: SHORT_LIVED,
    crash: "undo",
    async run({ job, commit }) {
      commit(() => job.serviceId !== null && setIntent(deps.db, job.serviceId, "deleted"));
    },
    async undo() {},
    async finish({ job, step }) {
      if (job.serviceId === null) return;
      const { serviceId } = job;
      await step(REMOVE.name, () => removeService(deps, serviceId), { deadlineSeconds: 1800 });
      await deps.names.sync();
    },
  });
}

export function createDeleteProjectJob(deps: DeployDeps): JobEntry {
  return defineJob({
    kind: "delete-project",
    words: { doing: "Delete", done: "deleted" },
    input: z.object({}),
    steps: () => [REMOVE],
    claims: ({ subject }) => [claim.project(subject, "X")],
    deletes: "project",
    deadlines: { run: 60, undo: 60, finish: 7200 },
    retention: SHORT_LIVED,
    crash: "undo",
    async run({ job, commit }) {
      commit(() => job.projectId !== null && markProject(deps.db, job.projectId));
    },
    async undo() {},
    async finish(context) {
      const { projectId } = context.job;
      if (projectId === null) return;
      await context.step(REMOVE.name, () => removeProject(deps, projectId, context), { deadlineSeconds: 7200 });
    },
  });
}

/** Marks project and services; from here on they go, whatever becomes of the job. */
function markProject(db: Db, projectId: string): void {
  setProjectDeleted(db, projectId);
  for (const { id } of listServices(db, { projectId })) setIntent(db, id, "deleted");
}

/** Its services, its network, its row; as often as one likes. */
export async function removeProject(deps: DeployDeps, projectId: string, tell: Partial<Pick<JobContext, "detail" | "progress">> = {}): Promise<void> {
  const services = listServices(deps.db, { projectId });
  for (const [index, { id, name }] of services.entries()) {
    tell.detail?.(`Removing ${name}`);
    tell.progress?.({ done: index, total: services.length, unit: "services" });
    await removeService(deps, id);
  }
  for (const { id } of environmentsOf(deps.db, projectId)) {
    await removeNetwork(deps.docker, networkName(deps.instanceId, id));
    await deps.names.forget(id);
  }
  deleteProject(deps.db, projectId);
  await deps.names.sync();
}

/** Route first, so that nobody is sent to what goes; then containers, images, sites, logs, and the row. */
export async function removeService(deps: DeployDeps, serviceId: string): Promise<void> {
  if (findService(deps.db, serviceId) === undefined) return;
  await deps.routing(() => deps.caddy.remove(serviceId));
  const containers = (await listContainers(deps.docker, deps.instanceId)).filter(({ owner }) => owner.service === serviceId);
  const releases = releasesOfService(deps.db, serviceId);
  const grace = releases[0]?.config.drainSeconds ?? 10;
  await Promise.all(containers.map(({ id }) => endContainer(deps, serviceId, id, grace, { withVolumes: true })));
  for (const release of releases) await removeMaterial(deps, release);
  await rm(deps.paths.sitesOf(serviceId), { recursive: true, force: true });
  await rm(deps.paths.logsOf(serviceId), { recursive: true, force: true });
  for (const { jobId } of listDeployments(deps.db, serviceId, undefined, ALL)) await rm(deps.paths.jobLog(jobId), { force: true });
  deleteService(deps.db, serviceId);
}
