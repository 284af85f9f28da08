import type { ContractRouterClient } from "@orpc/contract";
import { createRouterClient, safe } from "@orpc/server";
import { v7 as uuid } from "uuid";
import { afterEach, beforeEach, expect, test } from "vitest";
import { serviceConfig, type AgentContract, type Change } from "../../contract/index.ts";
import { entryOf } from "../jobs/entry.fixture.ts";
import { claim } from "../jobs/index.ts";
import { createRelease, createService, findService, setEnvironmentDeleted, setIntent, setLiveRelease } from "../store/index.ts";
import { resolve } from "../variables/index.ts";
import { openRooms } from "./rooms.fixture.ts";

let rooms: ReturnType<typeof openRooms>;
let client: ContractRouterClient<AgentContract>;
let project: { id: string; environments: { id: string }[] };
let [production, staging] = ["", ""];
beforeEach(async () => {
  rooms = openRooms();
  client = createRouterClient(rooms.router, { context: { login: "ada", desktop: "laptop", key: null } });
  project = await client.projects.create({ name: "shop" });
  production = project.environments[0]!.id;
  staging = (await client.environments.create({ projectId: project.id, name: "staging" })).id;
});
afterEach(() => rooms.close());

const config = { source: { type: "image" as const, reference: "nginx:1" } };
const make = (environmentId: string, name = "web", more: object = {}) => client.services.create({ environmentId, name, shape: "web", config, ...more });
const codeOf = async (call: Promise<unknown>) => ((await safe(call)).error as { code?: string } | null)?.code;

test("a project has its environments by age, each with its own services of the same names", async () => {
  const [live, next] = [await make(production), await make(staging)];
  const [shown] = await client.projects.list({});
  expect({
    environments: shown!.environments.map(({ id, name, serviceCount }) => [id, name, serviceCount]),
    all: shown!.serviceCount,
    production: (await client.services.list({ environmentId: production })).map(({ id }) => id),
    staging: (await client.services.list({ environmentId: staging })).map(({ id }) => id),
    project: (await client.services.list({ projectId: project.id })).length,
    taken: await codeOf(make(staging)),
  }).toEqual({ environments: [[production, "production", 1], [staging, "staging", 1]], all: 2, production: [live.id], staging: [next.id], project: 2, taken: "NAME_TAKEN" });
});

test("what is asked for in another environment is not there, whatever is asked", async () => {
  const { id } = await make(production, "web", { variables: { TOKEN: "x" } });
  const here = { environmentId: staging };
  const scope = { ...here, serviceId: id };
  const calls: Promise<unknown>[] = [
    client.services.get({ ...here, id }),
    client.services.update({ ...here, id, name: "other" }),
    client.services.deletion({ ...here, id }),
    client.services.delete({ ...here, id, confirm: "web" }),
    client.services.stop({ ...here, id }),
    client.services.start({ ...here, id }),
    client.services.restart({ ...here, id }),
    client.services.logs({ ...here, id }),
    client.deployments.list({ ...here, serviceId: id }),
    client.deployments.start({ ...here, serviceId: id }),
    client.variables.list(scope),
    client.variables.reveal({ ...scope, name: "TOKEN" }),
    client.variables.change({ ...scope, set: { TOKEN: "y" } }),
    client.terminals.openService({ ...here, serviceId: id, rows: 24, columns: 80 }),
    client.services.list({ ...here, projectId: uuid() }),
  ];
  expect(new Set(await Promise.all(calls.map(codeOf)))).toEqual(new Set(["NOT_FOUND"]));
  const there = await client.variables.reveal({ environmentId: production, serviceId: id, name: "TOKEN" });
  expect([(await client.services.get({ environmentId: production, id })).name, there.value]).toEqual(["web", "x"]);
});

test("a hostname is one service's of all environments, and who has it is said", async () => {
  await make(production, "web", { hostname: "a.example.com" });
  const { error } = await safe(make(staging, "web", { hostname: "a.example.com" }));
  expect((error as unknown as { data: object }).data).toMatchObject({ code: "HOSTNAME_TAKEN", message: "The hostname a.example.com already belongs to the service shop / production / web." });
});

test("names, the last one, and how many", async () => {
  expect([
    await codeOf(client.environments.create({ projectId: project.id, name: "staging" })),
    await codeOf(client.environments.rename({ id: staging, name: "production" })),
    (await client.environments.rename({ id: staging, name: "Staging" })).name,
    await codeOf(client.environments.delete({ id: staging, confirm: "staging" })),
  ]).toEqual(["NAME_TAKEN", "NAME_TAKEN", "Staging", "CONFIRMATION_MISMATCH"]);
  for (let index = 2; index < 20; index += 1) await client.environments.create({ projectId: project.id, name: `e${index}` });
  expect(await codeOf(client.environments.create({ projectId: project.id, name: "one more" }))).toBe("ENVIRONMENTS_TOO_MANY");
  const other = await client.projects.create({ name: "blog" });
  const { error } = await safe(client.environments.delete({ id: other.environments[0]!.id, confirm: "production" }));
  expect((error as unknown as { data: object }).data).toMatchObject({ code: "LAST_ENVIRONMENT", message: "production is the only environment of blog." });
});

test("two deletions at a time leave one environment; nothing is added to one that goes", async () => {
  rooms.core.jobs.register([entryOf("delete-environment", { claims: ({ subject }) => [claim.environment(subject, "X")], deletes: "environment", run: () => new Promise(() => {}) })]);
  rooms.core.jobs.start();
  const asked = await client.environments.delete({ id: staging, confirm: "staging" });
  expect([
    asked.job.subject,
    (await client.environments.delete({ id: staging, confirm: "staging" })).job.id === asked.job.id,
    await codeOf(client.environments.delete({ id: production, confirm: "production" })),
    await codeOf(make(staging)),
    await codeOf(client.environments.rename({ id: staging, name: "x" })),
    await codeOf(client.variables.change({ environmentId: staging, serviceId: null, set: { A: "1" } })),
    await codeOf(make(production)),
  ]).toEqual(["shop / staging", true, "LAST_ENVIRONMENT", "BUSY", "BUSY", "BUSY", undefined]);
});

test("one whose deletion was committed still goes, whatever became of the job", async () => {
  setEnvironmentDeleted(rooms.core.db, staging);
  expect([await codeOf(make(staging)), await codeOf(client.environments.delete({ id: production, confirm: "production" }))]).toEqual(["BUSY", "LAST_ENVIRONMENT"]);
});

test("a service whose deletion was committed is not started or deployed again, whatever became of the job", async () => {
  const { id } = await make(staging);
  setIntent(rooms.core.db, id, "deleted");
  expect([
    await codeOf(client.deployments.start({ serviceId: id })),
    await codeOf(client.services.start({ id })),
    await codeOf(client.services.restart({ id })),
    await codeOf(client.services.stop({ id })),
    await codeOf(client.services.update({ id, name: "other" })),
  ]).toEqual(Array(5).fill("BUSY"));
});

test("a change says its environment", async () => {
  const watched = await client.changes.watch({});
  const { value } = await watched.next();
  await make(staging);
  const items: Change[] = [];
  for await (const batch of await client.changes.watch({ after: (value as { cursor: string }).cursor })) {
    items.push(...batch.items);
    if (items.some(({ entity }) => entity === "environment")) break;
  }
  await watched.return?.();
  expect(items.filter(({ entity }) => entity !== "audit").map(({ entity, environmentId }) => [entity, environmentId])).toEqual([["service", staging], ["environment", staging]]);
});

const share = (environmentId: string, set: Record<string, string>) => client.variables.change({ environmentId, serviceId: null, set });
const resolved = async (id: string) => (await resolve(rooms.core, findService(rooms.core.db, id)!, uuid())).values;

test("references are filled in from the service's own environment", async () => {
  await share(production, { HOST: "live.db", PASSWORD: "secret" });
  await share(staging, { HOST: "next.db" });
  const variables = { URL: "pg://${{ shared.HOST }}/app", PLAIN: "$${{shared.HOST}}" };
  const [live, next] = [await make(production, "web", { variables }), await make(staging, "web", { variables })];
  expect([await resolved(live.id), await resolved(next.id)]).toEqual([
    { URL: "pg://live.db/app", PLAIN: "${{shared.HOST}}" },
    { URL: "pg://next.db/app", PLAIN: "${{shared.HOST}}" },
  ]);
  expect((await client.variables.list({ environmentId: production, serviceId: live.id })).map(({ name, refers }) => [name, refers])).toEqual([["PLAIN", []], ["URL", ["HOST"]]]);
  await client.variables.change({ environmentId: staging, serviceId: next.id, set: { SECRET: "x ${{shared.PASSWORD}}" } });
  await expect(resolved(next.id)).rejects.toMatchObject({ problem: { code: "VARIABLE_REFERENCE_UNKNOWN", message: "The variable SECRET of web refers to ${{shared.PASSWORD}}, which does not exist." } });
  await share(production, { LARGE: "x".repeat(30_000) });
  const much = await make(production, "much", { variables: { ALL: "${{shared.LARGE}}".repeat(5) } });
  await expect(resolved(much.id)).rejects.toMatchObject({ problem: { code: "VARIABLES_TOO_LARGE", values: { variable: "ALL", service: "much" } } });
});

test("“changed” is a difference of values: set and set back is none, a shared one touches those that refer to it", async () => {
  const { db } = rooms.core;
  await share(production, { HOST: "one", OTHER: "x" });
  const variables = { URL: "pg://${{shared.HOST}}" };
  const [user, stranger] = [await make(production, "user", { variables }), await make(production, "stranger", { variables: { A: "1" } })];
  for (const { id } of [user, stranger]) {
    const { digest } = await resolve(rooms.core, findService(db, id)!, uuid());
    const release = uuid();
    createRelease(db, { id: release, serviceId: id, deploymentId: uuid(), shape: "web", config: findService(db, id)!.config as never, variables: null, variablesDigest: digest });
    setLiveRelease(db, id, release);
  }
  const changed = async () => (await client.services.list({ environmentId: production })).map((service) => service.changed);
  const told = [await changed()];
  await share(production, { HOST: "two", OTHER: "y" });
  told.push(await changed());
  await share(production, { HOST: "one" });
  told.push(await changed());
  await client.variables.change({ environmentId: production, serviceId: stranger.id, set: { A: "2" } });
  told.push(await changed());
  await client.variables.change({ environmentId: production, serviceId: stranger.id, set: { A: "1" } });
  told.push(await changed());
  await client.variables.change({ environmentId: production, serviceId: null, remove: ["HOST"] });
  told.push(await changed());
  expect(told).toEqual([[false, false], [true, false], [false, false], [false, true], [false, false], [true, false]]);
});

test("values and releases from before there were digests get them at the first need, and nothing has changed", async () => {
  const { db, sealer } = rooms.core;
  const [id, release] = [uuid(), uuid()];
  createService(db, { id, projectId: project.id, environmentId: production, name: "web", shape: "web", config: serviceConfig.parse(config) });
  // As a migration left them: a value is text, whatever stands in it.
  for (const [name, value] of [["ODD", "${{shared.NOTHING}} $${{"], ["A", "1"]] as const) {
    db.prepare("INSERT INTO variable (scope, scopeId, name, sealed, updatedAt) VALUES ('service', ?, ?, ?, 1)").run(id, name, await sealer.seal(value));
  }
  createRelease(db, { id: release, serviceId: id, deploymentId: uuid(), shape: "web", config: findService(db, id)!.config as never, variables: await sealer.seal(JSON.stringify({ ODD: "${{shared.NOTHING}} $${{", A: "1" })) });
  setLiveRelease(db, id, release);
  expect((await client.services.get({ id })).changed).toBe(false);
  expect(db.prepare("SELECT count(*) AS rest FROM variable WHERE digest IS NULL").get()).toEqual({ rest: 0 });
  expect(await resolved(id)).toEqual({ A: "1", ODD: "${{shared.NOTHING}} $${{" });
  await client.variables.change({ environmentId: production, serviceId: id, set: { A: "2" } });
  expect((await client.services.get({ id })).changed).toBe(true);
});
