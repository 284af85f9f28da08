import { isDeepStrictEqual } from "node:util";
import { describe, type Deployment, type Job, type Release, type Service, type Step } from "../../contract/index.ts";
import { traitsOf } from "../shapes/index.ts";
import { countStaged, findRelease, hostnamesOf, lastDeployment, mountsWanted, volumesOfService, type DeploymentRow, type JobRow, type ReleaseRow, type ServiceRow } from "../store/index.ts";
import { findDeployment, findJobGroup } from "../store/index.ts";
import { resolvedDigest } from "../variables/index.ts";
import type { Rooms } from "./base.ts";
import { toldConfig } from "./rules.ts";

/** True of the job that ended so, and mended since: no reason to warn of the service for ever. */
const ABOUT_ITS_JOB = new Set(["FINISH_UNFINISHED", "UNDO_UNFINISHED"]);

const WAITS = {
  lane: "Waits for another one like it to end",
  claims: "Waits for another job here to end",
  group: "Waits for the jobs before it",
} as const;

/** What the running step says of itself. */
function nowOf(steps: readonly Step[]): { stepDetail: string | null; progress: number | null } {
  const step = steps.find(({ state }) => state === "running");
  const progress = step?.progress ?? null;
  return { stepDetail: step?.detail ?? null, progress: progress && (progress.total > 0 ? Math.min(1, progress.done / progress.total) : 0) };
}

/** Rows of the store as the contract shows them: with what the running job knows, and what is derived. */
export function createViews({ core, runtime }: Rooms) {
  function deployment({ jobId, ...row }: DeploymentRow): Deployment {
    const steps = core.jobs.live(jobId)?.steps ?? row.steps;
    return { ...row, steps, progress: nowOf(steps).progress };
  }

  const release = ({ id, deploymentId, shape, commit, image, pinnedAt, fromReleaseId, createdAt }: ReleaseRow, service: ServiceRow): Release => ({
    id,
    deploymentId,
    shape,
    commit,
    image,
    live: id === service.liveReleaseId,
    pinnedAt,
    fromReleaseId,
    createdAt,
  });

  function job(row: JobRow): Job {
    const { id, kind, subject, projectId, environmentId, serviceId, deploymentId, state, resumeAt, problem, warnings, createdAt, endedAt } = row;
    const group = row.groupId === null ? undefined : findJobGroup(core.db, row.groupId);
    const waitsFor = core.jobs.waitsFor(id);
    const steps = core.jobs.live(id)?.steps ?? row.steps;
    return {
      id,
      kind,
      words: core.jobs.words(kind),
      subject,
      projectId,
      environmentId,
      serviceId,
      deploymentId,
      state,
      steps,
      ...nowOf(steps),
      waitsFor: waitsFor && WAITS[waitsFor],
      deletes: core.jobs.entry(kind)?.deletes !== undefined,
      group: group === undefined ? null : { id: group.id, subject: group.subject },
      resumeAt,
      cancellable: endedAt === null && !row.committed && !row.cancelRequested,
      problem,
      warnings,
      createdAt,
      endedAt,
    };
  }

  function service(row: ServiceRow): Service {
    const release = row.liveReleaseId === null ? undefined : findRelease(core.db, row.liveReleaseId);
    const last = lastDeployment(core.db, row.id);
    const source = release && release.deploymentId !== last?.id ? findDeployment(core.db, release.deploymentId) : last;
    return {
      id: row.id,
      projectId: row.projectId,
      environmentId: row.environmentId,
      name: row.name,
      shape: row.shape,
      traits: traitsOf(row),
      config: toldConfig(row.config),
      hostname: hostnamesOf(core.db, row.id)[0] ?? null,
      privateName: traitsOf(row).named ? row.name : null,
      privateNames: [...(release?.config.names ?? [])],
      ...runtime.state(row),
      liveRelease: release
        ? {
            id: release.id,
            deploymentId: release.deploymentId,
            commit: release.commit,
            image: release.image,
            port: release.port,
            createdAt: release.createdAt,
          }
        : null,
      lastDeployment: last ? deployment(last) : null,
      changed: release !== undefined && (variablesChanged(row, release) || !isDeepStrictEqual(row.config, release.config) || !isDeepStrictEqual(mountsWanted(core.db, row.id), release.mounts)),
      stagedCount: countStaged(core.db, row.id),
      volumes: volumesOfService(core.db, row.id).map(({ id, path, name }) => ({ id, path, name })),
      warnings: [...(row.damage === null ? [] : [describe("SETTINGS_DAMAGED", { service: row.name, fields: row.damage })]), ...(source?.warnings ?? []).filter(({ code }) => !ABOUT_ITS_JOB.has(code))],
      createdAt: row.createdAt,
    };
  }
  /** By their values; on trial there may be none to compare by. */
  function variablesChanged(row: ServiceRow, { variablesDigest }: ReleaseRow): boolean {
    const now = resolvedDigest(core, row);
    return now !== null && variablesDigest !== null && now !== variablesDigest;
  }
  async function services(rows: readonly ServiceRow[]): Promise<Service[]> {
    await core.completeDigests();
    return rows.map(service);
  }
  return { deployment, release, job, services, oneService: async (row: ServiceRow) => (await services([row]))[0]! };
}
export type Views = ReturnType<typeof createViews>;
