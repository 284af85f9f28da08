import type { Core } from "../core.ts";
import { environmentsOf, findJob, type EnvironmentRow, type JobRow, type NewJob, type ServiceRow } from "../store/index.ts";
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
  return { subject: pathOf(core, service), projectId, environmentId, serviceId };
}

/** "shop / web"; where its project has several environments, "shop / staging / web". */
export function pathOf(core: Core, service: ServiceRow): string {
  const environments = environmentsOf(core.db, service.projectId);
  const environment = environments.length > 1 ? environments.find(({ id }) => id === service.environmentId) : undefined;
  return [mustFindProject(core, service.projectId).name, ...(environment ? [environment.name] : []), service.name].join(" / ");
}

/** What a group of jobs in one environment is about: "shop"; where its project has several environments, "shop / staging". */
export function aboutEnvironment(core: Core, { id: environmentId, projectId, name }: EnvironmentRow): { subject: string; projectId: string; environmentId: string } {
  const several = environmentsOf(core.db, projectId).length > 1;
  return { subject: [mustFindProject(core, projectId).name, ...(several ? [name] : [])].join(" / "), projectId, environmentId };
}
