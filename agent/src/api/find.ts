import { fail } from "../../contract/index.ts";
import type { Place } from "../changes/changes.ts";
import type { Core } from "../core.ts";
import { findDeployment, findEnvironment, findJob, findProject, findService, findVolume } from "../store/index.ts";
import type { DeploymentRow, EnvironmentRow, JobRow, ProjectRow, ServiceRow, VolumeRow } from "../store/index.ts";

/** The row, or NOT_FOUND with what was asked for. */
export function mustFindProject({ db }: Core, id: string): ProjectRow {
  const found = findProject(db, id);
  if (!found) throw fail("NOT_FOUND", { what: "project", id });
  return found;
}
export function mustFindEnvironment({ db }: Core, id: string): EnvironmentRow {
  const found = findEnvironment(db, id);
  if (!found) throw fail("NOT_FOUND", { what: "environment", id });
  return found;
}
/** `environmentId`: where the caller takes it to be; one that lies elsewhere is none of what was asked for. */
export function mustFindService({ db }: Core, id: string, environmentId?: string): ServiceRow {
  const found = findService(db, id);
  if (!found || (environmentId !== undefined && found.environmentId !== environmentId)) throw fail("NOT_FOUND", { what: "service", id });
  return found;
}
export function mustFindVolume({ db }: Core, id: string, environmentId?: string): VolumeRow {
  const found = findVolume(db, id);
  if (!found || found.state === "going" || (environmentId !== undefined && found.environmentId !== environmentId)) throw fail("NOT_FOUND", { what: "volume", id });
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
export function refuseWhileDeleting({ db, jobs }: Core, place: Place): void {
  const deleting = jobs.deleting(place);
  if (deleting) throw fail("BUSY", { what: deleting.subject, job: "deletion" });
  const { projectId, environmentId, serviceId } = place;
  const whole = [projectId === null ? undefined : findProject(db, projectId), environmentId === null ? undefined : findEnvironment(db, environmentId)];
  const gone = whole.find((row) => row !== undefined && row.deletedAt !== null);
  if (gone) throw fail("BUSY", { what: gone.name, job: "deletion" });
  const service = serviceId === null ? undefined : findService(db, serviceId);
  if (service?.intent === "deleted") throw fail("BUSY", { what: service.name, job: "deletion" });
}
