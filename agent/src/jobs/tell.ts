import { ownerOf, type Changes } from "../changes/changes.ts";
import type { JobRow } from "../store/index.ts";

/** After its state has changed: of it, of its deployment, and of what it is about. */
export function tellJob(changes: Changes, job: JobRow): void {
  const owner = ownerOf(job);
  changes.emit({ entity: "job", id: job.id, ...owner });
  if (job.deploymentId) changes.emit({ entity: "deployment", id: job.deploymentId, ...owner });
  if (job.serviceId) changes.emit({ entity: "service", id: job.serviceId, ...owner });
  else if (job.environmentId) changes.emit({ entity: "environment", id: job.environmentId, ...owner });
  else if (job.projectId) changes.emit({ entity: "project", id: job.projectId, ...owner });
}
