import { v7 as uuid } from "uuid";
import type { Core } from "../core.ts";
import type { NewJob } from "../store/index.ts";
import { clearGone, createDeployment, findJobGroup, findService, jobsOfGroup, stagedGoneBy, takeStaged, transaction, type JobRow, type Scope, type ServiceRow, type StagedRow } from "../store/index.ts";
import { tellVariables } from "../variables/index.ts";
import { applyRows, grouped, VARIABLE, VOLUME } from "./aspects.ts";
import { idleOf, type Idle, type Plan } from "./plan.ts";
import { tellStaged } from "./tell.ts";

type Asked = {
  /** Made by the call: of the group, and of what it did should it be repeated. */
  id: string;
  environment: { projectId: string; environmentId: string; subject: string };
  rows: readonly StagedRow[];
  plan: Plan;
  by: string | null;
  /** The deploy of one member. */
  jobOf(service: ServiceRow): Omit<NewJob, "id" | "deploymentId">;
};

/** In one transaction: the rows become what is wanted and go, and a group of deploys stands in the line. Nothing is awaited here. */
export function deployStaged(core: Core, { id, environment, rows, plan, by, jobOf }: Asked): void {
  const { db, jobs, clock } = core;
  const write = () => {
    for (const { scope, rows: own } of grouped(rows)) applyRows(db, scope, own, clock.now());
    for (const row of rows) takeStaged(db, row, { did: "deployed", author: by, actId: id });
    clearGone(db, environment.environmentId);
  };
  const ids = new Map(plan.members.map(({ service }) => [service.id, uuid()]));
  const members = plan.members.map(({ service, after }) => {
    const jobId = ids.get(service.id)!;
    return {
      job: { ...jobOf(service), id: jobId, deploymentId: jobId },
      after: after.map((other) => ids.get(other)!),
      write: () => createDeployment(db, { id: jobId, serviceId: service.id, jobId }),
    };
  });
  if (members.length === 0) transaction(db, write);
  else jobs.enqueueGroup({ id, subject: environment.subject, onFailure: "stop", members }, write);
  const scopes = grouped(rows).map(({ scope }) => scope);
  tellStaged(core, environment, scopes);
  for (const serviceId of new Set(rows.flatMap(({ aspect, scopeId }) => (aspect === VOLUME ? [scopeId] : [])))) core.changes.emit({ entity: "volume", id: serviceId, projectId: environment.projectId, environmentId: environment.environmentId, serviceId });
  for (const scope of scopesWithVariables(rows)) tellVariables(core, scope, { projectId: environment.projectId, environmentId: environment.environmentId, serviceId: scope.scope === "service" ? scope.scopeId : null });
}

const scopesWithVariables = (rows: readonly StagedRow[]): Scope[] => grouped(rows.filter(({ aspect }) => aspect === VARIABLE)).map(({ scope }) => scope);

export type Done = { group: { id: string; subject: string } | null; jobs: JobRow[]; idle: Idle[] };

/** What the call of this id has done; undefined: nothing. */
export function stagedGroupOf({ db }: Pick<Core, "db">, id: string): Done | undefined {
  const taken = stagedGoneBy(db, id);
  if (taken.length === 0) return undefined;
  const group = findJobGroup(db, id);
  const jobs = jobsOfGroup(db, id);
  const services = [...new Set(taken.flatMap(({ scope, scopeId }) => (scope === "service" ? [scopeId] : [])))].flatMap((serviceId) => findService(db, serviceId) ?? []);
  return { group: group === undefined ? null : { id, subject: group.subject }, jobs, idle: idleOf(db, services.filter(({ id: serviceId }) => !jobs.some((job) => job.serviceId === serviceId))) };
}
