import type { DeployDeps } from "../deploy/deps.ts";
import { probeOf, probeOnce, type Look } from "../deploy/health-kinds.ts";
import type { Runner } from "../jobs/index.ts";
import { allServing, findInstance, findRelease, findService, type ReleaseRow, type ServiceRow } from "../store/index.ts";
import type { Probed } from "./probes.ts";
import { claimsOfRepair } from "./survey.ts";

type ProbingDeps = Pick<DeployDeps, "db" | "caddy" | "docker" | "sightings"> & { jobs: Pick<Runner, "isFree"> };
type Asked = { service: ServiceRow; release: ReleaseRow; containerId: string; address: string };

const UNSEEN: Look = { is: "unseen" };

/** How probes read the store and ask an instance. */
export function createProbing(deps: ProbingDeps) {
  const { db, jobs, sightings } = deps;

  /** What gets requests, was seen, and nobody is at work on: what a job does to it is no fault of its own. */
  function askable(instanceId: string): Asked | null {
    const instance = findInstance(db, instanceId);
    const release = instance?.state === "live" ? findRelease(db, instance.releaseId) : undefined;
    const service = release === undefined ? undefined : findService(db, release.serviceId);
    if (instance === undefined || release === undefined || service === undefined) return null;
    const { containerId, address } = instance;
    if (containerId === null || address === null || sightings.unseen(instanceId) !== null || !jobs.isFree(claimsOfRepair(service))) return null;
    return { service, release, containerId, address };
  }

  return {
    serving: () => allServing(db),
    probed(releaseId: string): Probed | null {
      const release = findRelease(db, releaseId);
      const probe = release === undefined ? null : probeOf(release);
      return probe && { ...probe, startSeconds: release!.config.startSeconds ?? 0 };
    },
    async look(instanceId: string, signal: AbortSignal): Promise<Look> {
      const asked = askable(instanceId);
      if (asked === null) return UNSEEN;
      const found = await probeOnce(deps, asked, signal);
      return askable(instanceId)?.containerId === asked.containerId ? found : UNSEEN;
    },
  };
}
