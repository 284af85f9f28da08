import * as z from "zod";
import { placeOf } from "../changes/changes.ts";
import { filesOf } from "../effects/index.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import { stopSecondsOf } from "../deploy/limits.ts";
import { dropPulledImages } from "../deploy/pulled.ts";
import { endContainer, removeMaterial } from "../deploy/retire.ts";
import { listContainers } from "../docker/container.ts";
import { claim, defineJob, SHORT_LIVED, type JobEntry } from "../jobs/index.ts";
import { deleteService, findService, listDeployments, markLeft, releasesOfService, setIntent, transaction, trashVolumesOf } from "../store/index.ts";
import { referringServices } from "../variables/index.ts";
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

/** Route first, so that nobody is sent to what goes; then containers, images, sites, logs, and the row. */
export async function removeService(deps: DeployDeps, serviceId: string): Promise<void> {
  const service = findService(deps.db, serviceId);
  if (service === undefined) return;
  await deps.routing(() => deps.caddy.remove(serviceId));
  // Its ports too: the next one in its environment may get its addresses as soon as its row is gone.
  await deps.names.sync({ ports: false }).catch((error: unknown) => deps.note("names not written", { service: service.name, error: String(error) }));
  const containers = (await listContainers(deps.docker, deps.instanceId)).filter(({ owner }) => owner.service === serviceId);
  const releases = releasesOfService(deps.db, serviceId);
  const grace = releases[0] ? stopSecondsOf(releases[0].config) : 10;
  await Promise.all(containers.map(({ id }) => endContainer(deps, serviceId, id, grace, { withVolumes: true })));
  for (const release of releases) await removeMaterial(deps, release);
  await rm(deps.paths.sitesOf(serviceId), { recursive: true, force: true });
  await rm(deps.paths.logsOf(serviceId), { recursive: true, force: true });
  for (const { jobId } of listDeployments(deps.db, serviceId, undefined, ALL)) await rm(deps.paths.jobLog(jobId), { force: true });
  const referring = referringServices(deps.db, service);
  const mounted = releases.filter(({ state }) => state === "live").flatMap(({ mounts }) => mounts);
  const at = deps.clock.now();
  const volumes = transaction(deps.db, () => {
    markLeft(deps.db, mounted, at);
    const had = trashVolumesOf(deps.db, serviceId, at);
    deleteService(deps.db, serviceId);
    return had;
  });
  if (volumes > 0) deps.changes.emit({ entity: "volume", id: serviceId, ...placeOf(service) });
  for (const one of referring) deps.changes.emit({ entity: "service", id: one.id, ...placeOf(one) });
  await dropPulledImages(deps);
}
