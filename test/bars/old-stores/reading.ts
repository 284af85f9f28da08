// Everything that an agent answers about its store, each answer held against the contract, then against the rows.
import { isDeepStrictEqual } from "node:util";
import { isContractProcedure } from "@orpc/contract";
import type * as z from "zod";
import { agentContract, serviceConfig, type Deployment, type Job, type Project, type Service, type Variable } from "../../../agent/contract/index.ts";
import type { Rows, Row } from "./rows.ts";
import type { Trial } from "./trial.ts";

export type Read = { projects: Project[]; services: Service[]; deployments: Deployment[]; jobs: Job[]; variables: Map<string, Variable[]>; fields: number; wrong: string[] };

const outputOf = (path: string): z.ZodType => {
  const found = path.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], agentContract);
  if (!isContractProcedure(found)) throw new Error(`${path} is no procedure`);
  return found["~orpc"].outputSchema as z.ZodType;
};

/** Asks for every list and each of its entries; an answer that lacks a field of the contract is told by its path. */
export async function readAll({ call, client }: Trial): Promise<Read> {
  const wrong: string[] = [];
  let fields = 0;
  async function ask<T>(path: string, input: object): Promise<T> {
    const answer = await call(path.split("."), input, { context: {} });
    const read = outputOf(path).safeParse(answer);
    if (!read.success) for (const { path: at, message } of read.error.issues.slice(0, 5)) wrong.push(`${path} ${at.join(".")}: ${message}`);
    fields += count(answer);
    return answer as T;
  }
  await ask("instance.hello", {});
  await ask("people.list", {});
  await ask("audit.list", {});
  const projects = await ask<Project[]>("projects.list", {});
  const services = await ask<Service[]>("services.list", {});
  const jobs = await ask<Job[]>("jobs.list", {});
  const deployments: Deployment[] = [];
  const variables = new Map<string, Variable[]>();
  for (const { id, environments } of projects) {
    await ask("environments.list", { projectId: id });
    for (const environment of environments) {
      await ask("environments.deletion", { id: environment.id });
      await ask("variables.list", { environmentId: environment.id, serviceId: null });
    }
  }
  for (const { id, environmentId } of services) {
    await ask("services.get", { id });
    await ask("services.deletion", { id });
    variables.set(id, await ask("variables.list", { environmentId, serviceId: id }));
    deployments.push(...(await ask<Deployment[]>("deployments.list", { serviceId: id })));
  }
  for (const { id } of jobs) await ask("jobs.get", { id });
  for (const { id, endedAt } of deployments) {
    await ask("deployments.get", { id });
    // One that runs says nothing on trial, and would be waited for.
    if (endedAt !== null) for await (const _ of await client.deployments.log({ id })) break;
  }
  return { projects, services, deployments, jobs, variables, fields, wrong };
}

const count = (value: unknown): number =>
  typeof value !== "object" || value === null ? 1 : Object.values(value).reduce((sum: number, inner) => sum + count(inner), 0);

const SHAPE_OF: Record<string, string> = { git: "web", image: "web" };
const parsed = (text: unknown) => (text === null || text === undefined ? null : (JSON.parse(String(text)) as unknown));

/** What the rows of the store before its upgrade say, against what was answered. */
export function differences(rows: Rows, read: Read): string[] {
  const wrong: string[] = [];
  const same = (what: string, answered: unknown, stored: unknown) => {
    if (!isDeepStrictEqual(answered, stored)) wrong.push(`${what}: ${JSON.stringify(answered)} instead of ${JSON.stringify(stored)}`);
  };
  const byId = <T extends { id: string }>(list: T[], row: Row) => list.find(({ id }) => id === row.id);
  // Before schema 7 a hostname stood with its service, and a variable had no scope.
  const hostnameOf = (row: Row) => (row.hostname === undefined ? (rows.domain!.find(({ serviceId }) => serviceId === row.id)?.hostname ?? null) : row.hostname);
  for (const row of rows.project!) {
    const environments = rows.environment!.filter(({ projectId }) => projectId === row.id).map(({ id, name }) => [id, name]);
    same(`project ${row.id}`, [byId(read.projects, row)?.name, byId(read.projects, row)?.environments.map(({ id, name }) => [id, name])], [row.name, environments]);
  }
  for (const row of rows.service!) {
    const answered = byId(read.services, row);
    const kind = String(row.kind ?? row.shape);
    const release = rows.release!.find(({ id }) => id === row.liveReleaseId);
    same(`service ${row.name}`, answered && [answered.name, answered.hostname, answered.shape, answered.liveRelease?.id ?? null, answered.createdAt], [row.name, hostnameOf(row), SHAPE_OF[kind] ?? kind, row.liveReleaseId, row.createdAt]);
    same(`config of ${row.name}`, answered?.config, serviceConfig.parse(parsed(row.config)));
    // On trial variables are not compared: digests.ts does that with the upgraded store.
    const isNew = release !== undefined && !isDeepStrictEqual(serviceConfig.parse(parsed(row.config)), serviceConfig.parse(parsed(release.config)));
    same(`${row.name} changed`, answered?.changed, isNew);
    if (release) same(`release of ${row.name}`, answered?.liveRelease && [answered.liveRelease.commit, answered.liveRelease.image, answered.liveRelease.port], [parsed(release.commit), release.image, release.port]);
    const names = rows.variable!.filter(({ serviceId, scopeId }) => (serviceId ?? scopeId) === row.id).map(({ name, updatedAt }) => [name, updatedAt]);
    same(`variables of ${row.name}`, read.variables.get(String(row.id))?.map(({ name, updatedAt }) => [name, updatedAt]), names);
  }
  for (const row of rows.job!) {
    const answered = byId(read.jobs, row);
    const code = (parsed(row.problem) as { code?: string } | null)?.code ?? null;
    same(`job ${row.id}`, answered && [answered.kind, answered.subject, answered.state, answered.problem?.code ?? null, answered.createdAt, answered.endedAt], [row.kind, row.subject, row.state, code, row.createdAt, row.endedAt]);
  }
  for (const row of rows.deployment!) {
    const answered = byId(read.deployments, row);
    same(`deployment ${row.id}`, answered && [answered.commit, answered.image, answered.releaseId], [parsed(row.commit), row.image, row.releaseId]);
    if (row.steps === undefined) continue;
    const steps = (parsed(row.steps) as { name: string; state: string; detail: string | null }[]).map(({ name, state, detail }) => [name, state, detail]);
    same(`steps of ${row.id}`, answered?.steps.map(({ name, state, detail }) => [name, state, detail]), steps);
    same(`warnings of ${row.id}`, answered?.warnings.map(({ code }) => code), (parsed(row.warnings) as { code: string }[]).map(({ code }) => code));
  }
  return wrong;
}
