// How a process is stopped, limited and started again, by the settings of its service; on the real engine.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Service, ServiceConfig } from "../../agent/contract/index.ts";
import { docker } from "../world/docker.ts";
import { startLocalAgent, type LocalAgent } from "./in-process.ts";
import { tell, whenTold } from "./told.ts";

const POLL = { timeout: 90_000, interval: 100 };
const SLEEP = "setInterval(() => {}, 1000)";

let local: LocalAgent;
let environmentId: string;
let count = 0;
beforeAll(async () => {
  local = await startLocalAgent();
  environmentId = (await local.client.projects.create({ name: "Run" })).environments[0]!.id;
});
afterAll(() => local?.stop());

type Config = Partial<Omit<ServiceConfig, "source">>;
const create = (program: string, config: Config): Promise<Service> =>
  local.client.services.create({
    environmentId, name: `s${(count += 1)}`, shape: "worker",
    config: { source: { type: "image", reference: "node:24-slim" }, drainSeconds: 60, healthSeconds: 1, startCommand: `node -e '${program}'`, ...config },
  });
async function deployed(program: string, config: Config): Promise<string> {
  const { id } = await create(program, config);
  const { problem } = await local.deployed((await local.client.deployments.start({ serviceId: id })).id);
  expect(problem).toBeNull();
  return id;
}
const containersOf = async (id: string) => (await docker(["ps", "--all", "--quiet", "--filter", `label=run.aeroplane.service=${id}`])).trim().split("\n");
const inspect = async (id: string, format: string) => (await docker(["inspect", "--format", format, (await containersOf(id))[0]!])).trim();
const stateOf = async (id: string) => (await local.client.services.get({ id })).state;
const stop = async (id: string) => local.ended((await local.client.services.stop({ id })).job.id);
const said = async (id: string) => (await local.client.services.history({ id })).lines.map(({ text }) => text);

test("it is asked to stop by the signal of its settings, and killed after the time that they give it", async () => {
  // Whoever waited for the time to finish, which is longer than this test may take, would be found out by that.
  const drainSeconds = 300;
  const heard = await deployed(`process.on("SIGTERM", () => {}); process.on("SIGINT", () => { console.log("asked by SIGINT"); process.exit() }); console.log("ready"); ${SLEEP}`, { stopSignal: "SIGINT", stopSeconds: 45, drainSeconds });
  const deaf = await deployed(`process.on("SIGTERM", () => {}); console.log("ready"); ${SLEEP}`, { stopSeconds: 1, drainSeconds });
  for (const id of [heard, deaf]) await expect.poll(() => said(id), POLL).toContain("ready");
  expect(await inspect(heard, "{{.Config.StopSignal}} {{.Config.StopTimeout}}")).toBe("SIGINT 45");
  const ends = await Promise.all([stop(heard), stop(deaf)]);
  expect([ends.map(({ problem }) => problem), (await said(heard)).includes("asked by SIGINT")]).toEqual([[null, null], true]);
}, 240_000);

test("without such settings the image's signal and the time to finish hold, as before", async () => {
  const id = await deployed(SLEEP, {});
  expect(JSON.parse(await inspect(id, "{{json .Config}}"))).not.toHaveProperty("StopSignal");
  expect(await inspect(id, "{{.Config.StopTimeout}}|{{.HostConfig.NanoCpus}}|{{.HostConfig.Init}}|{{.HostConfig.RestartPolicy.Name}}")).toBe("60|0|true|unless-stopped");
});

test("processors are limited, and no more of them are given than there are", async () => {
  expect(await inspect(await deployed(SLEEP, { processors: 0.25, init: false }), "{{.HostConfig.NanoCpus}} {{.HostConfig.Init}}")).toBe("250000000 false");
  await expect(create(SLEEP, { processors: 1000 })).rejects.toMatchObject({ data: { code: "INVALID_INPUT", values: { field: "config.processors" } } });
});

test("what is never started again has ended, also for an agent that comes later", async () => {
  const id = await deployed(whenTold("process.exit(3)"), { restart: "never" });
  await tell((await containersOf(id))[0]!);
  await expect.poll(() => stateOf(id), POLL).toBe("ended");
  await local.again();
  await expect.poll(() => stateOf(id), POLL).toBe("ended");
  const facts = await inspect(id, "{{.RestartCount}} {{.State.Running}} {{.HostConfig.RestartPolicy.Name}}");
  expect([facts, (await containersOf(id)).length]).toEqual(["0 false no", 1]);
  // A person's start is another process.
  await local.ended((await local.client.services.restart({ id })).job.id);
  expect(await stateOf(id)).toBe("live");
});

test("started again after a failure alone: exit code 0 is none", async () => {
  const [well, failed] = [await deployed(whenTold("process.exit(0)"), { restart: "onFailure" }), await deployed(whenTold("process.exit(1)"), { restart: "onFailure" })];
  for (const id of [well, failed]) await tell((await containersOf(id))[0]!);
  await expect.poll(() => stateOf(well), POLL).toBe("ended");
  await expect.poll(async () => (await local.client.services.get({ id: failed })).crashes?.count ?? 0, POLL).toBeGreaterThan(1);
  await local.again();
  await expect.poll(() => stateOf(well), POLL).toBe("ended");
  expect(await inspect(well, "{{.RestartCount}} {{.State.Running}}")).toBe("0 false");
});
