import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { DeployDeps } from "../deploy/deps.ts";
import { endContainer, removeMaterial } from "../deploy/retire.ts";
import { listContainers } from "../docker/container.ts";
import { removeNetwork } from "../docker/network.ts";
import { defineStory, type Story } from "../jobs/index.ts";
import { networkName } from "../network/ensure.ts";
import { deleteProject, deleteService, environmentsOf, findService, listDeployments, listServices, releasesOfService } from "../store/index.ts";
import { setIntent, transaction } from "../store/index.ts";

const ALL = 1_000_000;

/** The intent "deleted" is the commit; everything of it goes, its row last, so that a crash goes on from the store. */
export function createDeleteServiceStory(deps: DeployDeps): Story {
  return defineStory({
    kind: "delete-service",
    async run({ job, commit }) {
      commit(() => job.serviceId !== null && setIntent(deps.db, job.serviceId, "deleted"));
    },
    async undo() {},
    async finish({ job }) {
      if (job.serviceId === null) return;
      await removeService(deps, job.serviceId);
      await deps.names.sync();
    },
  });
}

export function createDeleteProjectStory(deps: DeployDeps): Story {
  const servicesOf = (projectId: string | null) => (projectId === null ? [] : listServices(deps.db, projectId));
  return defineStory({
    kind: "delete-project",
    async run({ job, commit }) {
      commit(() =>
        transaction(deps.db, () => {
          for (const { id } of servicesOf(job.projectId)) setIntent(deps.db, id, "deleted");
        }),
      );
    },
    async undo() {},
    async finish({ job, detail }) {
      if (job.projectId === null) return;
      for (const { id, name } of servicesOf(job.projectId)) {
        detail(`Removing ${name}`);
        await removeService(deps, id);
      }
      for (const { id } of environmentsOf(deps.db, job.projectId)) {
        await removeNetwork(deps.docker, networkName(deps.instanceId, id));
        await deps.names.forget(id);
      }
      deleteProject(deps.db, job.projectId);
      await deps.names.sync();
    },
  });
}

/** Route first, so that nobody is sent to what goes; then containers, images, sites, logs, and the row. */
export async function removeService(deps: DeployDeps, serviceId: string): Promise<void> {
  if (findService(deps.db, serviceId) === undefined) return;
  await deps.routing(() => deps.caddy.remove(serviceId));
  const containers = (await listContainers(deps.docker, deps.instanceId)).filter(({ owner }) => owner.service === serviceId);
  const releases = releasesOfService(deps.db, serviceId);
  const grace = releases[0]?.config.drainSeconds ?? 10;
  await Promise.all(containers.map(({ id }) => endContainer(deps, serviceId, id, grace)));
  for (const release of releases) await removeMaterial(deps, release);
  await rm(join(deps.paths.sites, serviceId), { recursive: true, force: true });
  await rm(join(deps.paths.serviceLogs, serviceId), { recursive: true, force: true });
  for (const { jobId } of listDeployments(deps.db, serviceId, undefined, ALL)) await rm(deps.paths.jobLog(jobId), { force: true });
  deleteService(deps.db, serviceId);
}
