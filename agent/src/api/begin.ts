import type { Core } from "../core.ts";
import { findJob, type JobRow, type NewJob, type ServiceRow } from "../store/index.ts";
import { mustFindProject } from "./find.ts";

/** A job that a call asks for; the id is that of the call's key. */
export type Request = { job: Omit<NewJob, "id">; write?: () => void };

/**
 * The job of this call: the one that an earlier try of the same call made, else a new one. What the call requires is asked
 * in `request`, so a repeated call is not refused for what its first try has done since.
 */
export function begin({ jobs, db }: Pick<Core, "jobs" | "db">, id: string, request: () => Request | JobRow): JobRow {
  const made = findJob(db, id);
  if (made) return made;
  const asked = request();
  return "job" in asked ? jobs.enqueue({ ...asked.job, id }, asked.write) : asked;
}

/** What a job on one service is about. */
export function aboutService(core: Core, service: ServiceRow): Pick<NewJob, "subject" | "projectId" | "environmentId" | "serviceId"> {
  const { id: serviceId, projectId, environmentId } = service;
  return { subject: `${mustFindProject(core, projectId).name} / ${service.name}`, projectId, environmentId, serviceId };
}
