// A service with several instances, on the real Docker and Caddy of this machine.
import { afterAll, beforeAll, expect, test } from "vitest";
import { v7 as uuid } from "uuid";
import type { Service } from "../../agent/contract/index.ts";
import { createInstance, endInstance } from "../../agent/src/store/index.ts";
import { dockerBin } from "../world/docker.ts";
import { run } from "../world/command.ts";
import { startLocalAgent, type LocalAgent } from "./in-process.ts";
import { laterWhenTold, tell } from "./told.ts";

let local: LocalAgent;
let environmentId: string;
beforeAll(async () => {
  local = await startLocalAgent();
  environmentId = (await local.client.projects.create({ name: "Many" })).environments[0]!.id;
});
afterAll(() => local?.stop());

const POLL = { timeout: 90_000 };
/** Listens at once in its first life, and in each later one of its container when that is told to. */
const APP = `${laterWhenTold(`require("http").createServer((q, s) => s.end(require("os").hostname())).listen(3000, () => console.log("listening"))`)} process.on("SIGTERM", () => process.exit(0))`;
const config = (replicas: number) => ({
  source: { type: "image" as const, reference: "node:24-slim" },
  port: 3000,
  healthSeconds: 60,
  drainSeconds: 0,
  replicas,
  startCommand: `node -e '${APP}'`,
});
const create = (name: string, replicas: number) =>
  local.client.services.create({ environmentId, name, shape: "web", hostname: `${name}.many.test`, config: config(replicas) });
const deploy = async (serviceId: string) => local.deployed((await local.client.deployments.start({ serviceId })).id);
const containers = async ({ id }: Pick<Service, "id">) =>
  (await run([dockerBin, "ps", "--quiet", "--filter", `label=run.aeroplane.service=${id}`])).split("\n").filter(Boolean).sort();
const states = async ({ id }: Pick<Service, "id">) => {
  const { state, instances } = await local.client.services.get({ id });
  return [state, ...instances.map((one) => `${one.ordinal} ${one.state}`)];
};
/** Who answered how often, by the container's own name. */
async function spread(name: string, requests = 30): Promise<Map<string, number>> {
  const seen = new Map<string, number>();
  for (let i = 0; i < requests; i += 1) {
    const { status, body } = await local.fetch(`${name}.many.test`);
    const who = status === 200 ? body : `status ${status}`;
    seen.set(who, (seen.get(who) ?? 0) + 1);
  }
  return seen;
}

/** What a shell prints, until it has said enough. */
async function shellSays(serviceId: string, instance: number, typed: string, enough: RegExp): Promise<string> {
  const { id, target } = await local.client.terminals.openService({ serviceId, instance, rows: 24, columns: 80 });
  expect(target).toEqual({ type: "service", serviceId, instance });
  await local.client.terminals.write({ id, writer: crypto.randomUUID(), sequence: 0, data: Buffer.from(typed).toString("base64") });
  let said = "";
  for await (const { data } of await local.client.terminals.output({ id })) {
    said += Buffer.from(data, "base64").toString();
    if (enough.test(said)) break;
  }
  await local.client.terminals.close({ id });
  return said;
}

let web: Service;
test("three instances share the requests", async () => {
  web = await create("web", 3);
  expect((await deploy(web.id)).problem).toBeNull();
  expect(await states(web)).toEqual(["live", "1 live", "2 live", "3 live"]);
  const seen = await spread("web");
  expect([[...seen.keys()].sort(), [...seen.values()]]).toEqual([await containers(web), [10, 10, 10]]);
});

test("log lines name their instance, and a terminal opens in the one that is asked for", async () => {
  const listening: unknown[] = [];
  for await (const { lines } of await local.client.services.logs({ id: web.id, tail: 100 })) {
    listening.push(...lines.filter(({ text }) => text === "listening").map(({ instance }) => instance));
    if (listening.length >= 3) break;
  }
  expect(listening.sort()).toEqual([1, 2, 3]);
  const { instances } = await local.client.services.get({ id: web.id });
  const host = await run([dockerBin, "inspect", "--format", "{{.Config.Hostname}}", instances[1]!.containerName!]);
  expect(await shellSays(web.id, 2, "hostname\n", /[0-9a-f]{12}\r/)).toContain(host.trim());
  await expect(local.client.terminals.openService({ serviceId: web.id, instance: 4, rows: 24, columns: 80 })).rejects.toMatchObject({ code: "TERMINAL_NOT_RUNNING" });
});

test("one that dies gets no requests until it answers again; the others serve meanwhile", async () => {
  const [first] = await containers(web);
  const { instances: before } = await local.client.services.get({ id: web.id });
  await run([dockerBin, "kill", "--signal", "KILL", first!]);
  await expect.poll(async () => (await states(web))[0], { ...POLL, interval: 10 }).toBe("degraded");
  const seen = await spread("web", 10);
  expect([seen.get(first!) ?? 0, [...seen.values()].reduce((sum, count) => sum + count), seen.size]).toEqual([0, 10, 2]);
  // It may not run yet.
  await expect.poll(() => tell(first!), POLL).toBe(0);
  await expect.poll(() => states(web), POLL).toEqual(["live", "1 live", "2 live", "3 live"]);
  const { instances: after, crashes } = await local.client.services.get({ id: web.id });
  expect([after, crashes?.count]).toEqual([before, 1]);
  // Its route follows its state.
  await expect.poll(async () => (await spread("web")).size, POLL).toBe(3);
});

test("one whose container is removed gets another one, and is the same instance", async () => {
  const before = await containers(web);
  const { instances } = await local.client.services.get({ id: web.id });
  await run([dockerBin, "rm", "--force", before[0]!]);
  await expect.poll(async () => (await containers(web)).filter((id) => !before.includes(id)).length, POLL).toBe(1);
  await expect.poll(() => states(web), POLL).toEqual(["live", "1 live", "2 live", "3 live"]);
  const again = await local.client.services.get({ id: web.id });
  expect(again.instances.map(({ id }) => id)).toEqual(instances.map(({ id }) => id));
  await expect.poll(async () => [...(await spread("web")).keys()].sort(), POLL).toEqual(await containers(web));
});

test("a restart and a deploy with another number replace all of them", async () => {
  const before = await containers(web);
  const ended = await local.ended((await local.client.services.restart({ id: web.id })).job.id);
  const restarted = await containers(web);
  expect([ended.problem, restarted.length, restarted.filter((id) => before.includes(id))]).toEqual([null, 3, []]);
  const changed = await local.client.services.update({ id: web.id, config: config(2) });
  expect([changed.changed, (await deploy(web.id)).problem]).toEqual([true, null]);
  const after = await containers(web);
  expect([after.length, after.filter((id) => restarted.includes(id)), await states(web)]).toEqual([2, [], ["live", "1 live", "2 live"]]);
  expect([...(await spread("web", 10)).values()]).toEqual([5, 5]);
});

test("stopped it has none, and started it has all of them again", async () => {
  await local.ended((await local.client.services.stop({ id: web.id })).job.id);
  expect([await containers(web), await states(web)]).toEqual([[], ["stopped"]]);
  await local.ended((await local.client.services.start({ id: web.id })).job.id);
  expect([(await containers(web)).length, await states(web)]).toEqual([2, ["live", "1 live", "2 live"]]);
});

test("two that launch at the same time share what is left of the network, and the one that does not fit is told so", async () => {
  const { db } = local.agent;
  // Of a deployment that is under way: what belongs to a release that is live or over, and does not run, is taken away by any look.
  const full = await local.client.services.create({ environmentId, name: "full", shape: "web", config: { ...config(1), healthSeconds: 600, startCommand: "sleep 1000" } });
  const { id: filler } = await local.client.deployments.start({ serviceId: full.id });
  const stands = async () => (await local.client.deployments.get({ id: filler })).steps.find(({ name }) => name === "check")?.state;
  await expect.poll(stands, POLL).toBe("running");
  const { releaseId } = await local.client.deployments.get({ id: filler });
  const [{ subnet }] = db.prepare("SELECT subnet FROM environment WHERE id = ?").all(environmentId) as [{ subnet: string }];
  // All but four addresses are taken: .2 to .254, three of them by the services above.
  const filling = Array.from({ length: 246 }, (_, at) => ({ id: uuid(), releaseId: releaseId!, ordinal: 1, address: subnet.replace(/0\/24$/, String(at + 9)) }));
  for (const one of filling) createInstance(db, one);
  const pair = await Promise.all([create("left", 3), create("right", 3)]);
  const ended = await Promise.all(pair.map(({ id }) => deploy(id)));
  for (const one of filling) endInstance(db, one);
  await local.client.deployments.cancel({ id: filler });
  expect(ended.map(({ problem }) => problem?.code ?? "live").sort()).toEqual(["ENVIRONMENT_FULL", "live"]);
  expect(ended.find(({ problem }) => problem)?.problem?.message).toMatch(/^(left|right) needs 3 more addresses, and 1 of the 253 /);
  expect((await Promise.all(pair.map(containers))).map((found) => found.length).sort()).toEqual([0, 3]);
});
