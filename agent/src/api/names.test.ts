import { createRouterClient, safe } from "@orpc/server";
import type { ContractRouterClient } from "@orpc/contract";
import { v7 as uuid } from "uuid";
import { afterEach, beforeEach, expect, test } from "vitest";
import { serviceConfig, type AgentContract, type Problem, type ServiceConfig } from "../../contract/index.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import { createRollbackJob } from "../deploy/rollback.ts";
import { entryOf } from "../jobs/entry.fixture.ts";
import { claim, type JobContext } from "../jobs/index.ts";
import { assignVirtualAddresses, wantedNames } from "../network/environments.ts";
import { createRelease, findService, releasesOfDeployment, setLiveRelease, setSubnet, updateRelease, updateService, type ReleaseState } from "../store/index.ts";
import { openRooms } from "./rooms.fixture.ts";

let rooms: ReturnType<typeof openRooms>;
let client: ContractRouterClient<AgentContract>;
let environmentId = "";
const source = { type: "image" as const, reference: "nginx:1" };
const config = (more: Partial<ServiceConfig>) => ({ source, ...more });

beforeEach(async () => {
  rooms = openRooms();
  client = createRouterClient(rooms.router, { context: { login: "ada", desktop: "laptop", key: null } });
  rooms.core.jobs.register([entryOf("rollback", { claims: ({ subject }) => [claim.process(subject, "X")], run: () => new Promise(() => {}) })]);
  environmentId = (await client.projects.create({ name: "shop" })).environments[0]!.id;
});
afterEach(() => rooms.close());

const make = async (name: string, names?: string[]) => (await client.services.create({ environmentId, name, shape: "web", config: config(names ? { names } : {}) })).id;
const update = (id: string, names: string[]) => client.services.update({ id, config: config({ names }) });
const stage = (serviceId: string, names: string[] | null) => client.staged.stage({ environmentId, serviceId, settings: { names } });
/** "ok", or who has which name and how. */
async function said(call: Promise<unknown>): Promise<string> {
  const { error } = await safe(call);
  const problem = (error as { data?: Problem } | null)?.data;
  return problem === undefined ? String(error ?? "ok") : problem.code === "PRIVATE_NAME_TAKEN" ? `${problem.values.name} of ${problem.values.service}: ${problem.values.how}` : `${problem.code} ${problem.values.field}: ${problem.values.why}`;
}
function release(serviceId: string, names: string[], state: ReleaseState): string {
  const { db } = rooms.core;
  const id = uuid();
  createRelease(db, { id, serviceId, deploymentId: id, shape: "web", config: serviceConfig.parse(config({ names })), variables: null });
  updateRelease(db, id, { state });
  if (state === "live") setLiveRelease(db, serviceId, id);
  return id;
}

test("a name is one service's: its own, wanted, staged, live or being deployed, and who has it is said", async () => {
  const [api, web] = [await make("api"), await make("web")];
  expect([await said(update(web, ["api"])), await said(stage(web, ["db", "api"]))]).toEqual(["api of api: it is called so", "api of api: it is called so"]);
  await stage(api, ["staged"]);
  await update(api, ["wanted"]);
  release(api, ["live"], "live");
  release(api, ["coming"], "preparing");
  release(api, ["gone"], "retired");
  const tried = ["wanted", "staged", "live", "coming"];
  const refusals = ["its settings have it", "a staged change gives it to it", "its live release has it", "it is being deployed with it"].map((how, at) => `${tried[at]} of api: ${how}`);
  for (const act of [(name: string) => stage(web, [name]), (name: string) => update(web, [name]), (name: string) => client.services.update({ id: web, name }), (name: string) => make(name), (name: string) => make("another", [name])]) {
    const answers: string[] = [];
    for (const name of tried) answers.push(await said(act(name)));
    expect(answers).toEqual(refusals);
  }
  expect([await said(stage(web, ["gone"])), await said(update(api, ["wanted", "coming", "live"]))]).toEqual(["ok", "ok"]);
  const elsewhere = (await client.environments.create({ projectId: (await client.services.get({ id: api })).projectId, name: "staging" })).id;
  expect(await said(client.services.create({ environmentId: elsewhere, name: "live", shape: "web", config: config({ names: ["wanted"] }) }))).toBe("ok");
});

test("names are labels, at most ten of them, each once; none is no change, and a site has none", async () => {
  const api = await make("api");
  const wrong = [["API"], ["a.b"], ["9a"], ["-a"], ["a".repeat(61)], ["localhost"], ["a", "a"], Array.from({ length: 11 }, (_, at) => `n${at}`)];
  const answers = await Promise.all(wrong.map((names) => safe(update(api, names)).then(({ error }) => error !== null)));
  expect(answers).toEqual(wrong.map(() => true));
  await update(api, []);
  expect([findService(rooms.core.db, api)!.config.names, await said(stage(api, [])), (await client.staged.list({ environmentId })).length]).toEqual([undefined, "ok", 0]);
  const site = { source: { type: "git" as const, url: "https://host/owner/site", branch: "main" }, names: ["files"] };
  expect(await said(client.services.create({ environmentId, name: "site", shape: "static", config: serviceConfig.parse(site) }))).toMatch(/^INVALID_INPUT config.names/);
});

test("no service is given a name by which a container knows itself; one that has it from before goes on", async () => {
  expect([await said(make("localhost")), await said(client.services.update({ id: await make("api"), name: "ip6-localhost" }))]).toEqual([expect.stringMatching(/^INVALID_INPUT name/), expect.stringMatching(/^INVALID_INPUT name/)]);
  const old = await make("old");
  updateService(rooms.core.db, old, { name: "localhost" });
  expect([await said(client.services.update({ id: old, name: "localhost", config: config({ names: ["db"] }) })), await said(client.services.update({ id: old, name: "ip6-localhost" }))]).toEqual(["ok", expect.stringMatching(/^INVALID_INPUT name/)]);
  const { name, privateName } = await client.services.update({ id: old, name: "web" });
  expect([name, privateName]).toEqual(["web", "web"]);
});

test("what is reached by a name is the live release with it; staged and wanted names lead nowhere yet", async () => {
  const { db } = rooms.core;
  const api = await make("api", ["wanted"]);
  setSubnet(db, environmentId, "10.192.0.0/24");
  assignVirtualAddresses(db, environmentId);
  const names = () => wantedNames(db).flatMap(({ services }) => services.map((service) => service.names));
  const seen = [names()];
  const first = release(api, ["one", "two"], "live");
  seen.push(names());
  release(api, ["two", "three"], "live");
  seen.push(names());
  release(api, ["bad"], "failed");
  setLiveRelease(db, api, first);
  seen.push(names());
  expect(seen).toEqual([[["api"]], [["api", "one", "two"]], [["api", "two", "three"]], [["api", "one", "two"]]]);
  expect((await client.services.get({ id: api })).privateNames).toEqual(["one", "two"]);
});

test("a rollback to a name that another service has by now is refused, when it is asked for and when its turn comes", async () => {
  const [api, web] = [await make("api"), await make("web")];
  const old = release(api, ["db"], "retired");
  expect(await said(client.deployments.rollback({ serviceId: api, releaseId: old }))).toBe("ok");
  await update(web, ["db"]);
  const taken = "db of web: its settings have it";
  expect(await said(client.deployments.rollback({ serviceId: api, releaseId: old }))).toBe(taken);
  const { db, sealer, instanceId } = rooms.core;
  const id = uuid();
  const job = { id, serviceId: api, deploymentId: id, input: { discard: [], by: null, fromReleaseId: old } };
  const { run } = createRollbackJob({ db, sealer, instanceId, docker: { listContainers: async () => [] } } as unknown as DeployDeps);
  await expect(run({ job, log: () => {} } as unknown as JobContext)).rejects.toMatchObject({ problem: { code: "PRIVATE_NAME_TAKEN" } });
  expect(releasesOfDeployment(db, id)).toEqual([]);
});
