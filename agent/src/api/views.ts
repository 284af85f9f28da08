import type { Deployment, Job, Service } from "../../contract/index.ts";
import { findRelease, lastDeployment, type DeploymentRow, type JobRow, type ServiceRow } from "../store/index.ts";
import { findDeployment } from "../store/index.ts";
import type { Rooms } from "./base.ts";

/** Rows of the store as the contract shows them: with what the running job knows, and what is derived. */
export function createViews({ core, runtime }: Rooms) {
  function deployment(row: DeploymentRow): Deployment {
    const live = core.jobs.live(row.jobId);
    const { jobId: _, ...shown } = row;
    return { ...shown, steps: live?.steps ?? row.steps, progress: live?.progress ?? null };
  }

  function job(row: JobRow): Job {
    const live = core.jobs.live(row.id);
    const open = row.state === "queued" || row.state === "running";
    return {
      id: row.id,
      kind: row.kind,
      subject: row.subject,
      projectId: row.projectId,
      serviceId: row.serviceId,
      deploymentId: row.deploymentId,
      state: row.state,
      stepDetail: live ? live.detail : row.stepDetail,
      progress: live?.progress ?? null,
      cancellable: open && !row.committed && !row.cancelRequested,
      problem: row.problem,
      createdAt: row.createdAt,
      endedAt: row.endedAt,
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
      kind: row.kind,
      config: row.config,
      hostname: row.hostname,
      privateName: row.kind === "static" ? null : row.name,
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
      changed:
        release !== undefined &&
        (row.variablesChangedAt > release.createdAt || JSON.stringify(row.config) !== JSON.stringify(release.config)),
      warnings: source?.warnings ?? [],
      createdAt: row.createdAt,
    };
  }
  return { deployment, job, service };
}
export type Views = ReturnType<typeof createViews>;
