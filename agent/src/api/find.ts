import { fail } from "../../contract/index.ts";
import type { Core } from "../core.ts";
import { findDeployment, findJob, findProject, findService } from "../store/index.ts";
import type { DeploymentRow, JobRow, ProjectRow, ServiceRow } from "../store/index.ts";

/** The row, or NOT_FOUND with what was asked for. */
export function mustFindProject({ db }: Core, id: string): ProjectRow {
  const found = findProject(db, id);
  if (!found) throw fail("NOT_FOUND", { what: "project", id });
  return found;
}
export function mustFindService({ db }: Core, id: string): ServiceRow {
  const found = findService(db, id);
  if (!found) throw fail("NOT_FOUND", { what: "service", id });
  return found;
}
export function mustFindDeployment({ db }: Core, id: string): DeploymentRow {
  const found = findDeployment(db, id);
  if (!found) throw fail("NOT_FOUND", { what: "deployment", id });
  return found;
}
export function mustFindJob({ db }: Core, id: string): JobRow {
  const found = findJob(db, id);
  if (!found) throw fail("NOT_FOUND", { what: "job", id });
  return found;
}

/** Nothing may be added to what is being deleted, nor to what still has to go when the job that deletes it has ended. */
export function refuseWhileDeleting({ db, jobs }: Core, projectId: string, serviceId: string | null): void {
  const deleting = jobs.deleting({ projectId, serviceId });
  if (deleting) throw fail("BUSY", { what: deleting.subject, job: "deletion" });
  const project = findProject(db, projectId);
  if (project && project.deletedAt !== null) throw fail("BUSY", { what: project.name, job: "deletion" });
  const service = serviceId === null ? undefined : findService(db, serviceId);
  if (service?.intent === "deleted") throw fail("BUSY", { what: service.name, job: "deletion" });
}
