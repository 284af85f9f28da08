// How a process is stopped, limited and started again, by the settings of its service; on the real engine.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Service, ServiceConfig } from "../../agent/contract/index.ts";
import { docker } from "../world/docker.ts";
import { startLocalAgent, type LocalAgent } from "./in-process.ts";

const POLL = { timeout: 30_000, interval: 100 };
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
async function secondsToStop(id: string): Promise<number> {
  const begun = Date.now();
  await local.ended((await local.client.services.stop({ id })).job.id);
  return (Date.now() - begun) / 1000;
}

test("it is asked to stop by the signal of its settings, and killed after the time that they give it", async () => {
  const heard = await deployed(`process.on("SIGTERM", () => {}); process.on("SIGINT", () => { console.log("asked by SIGINT"); process.exit() }); ${SLEEP}`, { stopSignal: "SIGINT", stopSeconds: 45 });
  const deaf = await deployed(`process.on("SIGTERM", () => {}); ${SLEEP}`, { stopSeconds: 1 });
  expect(await inspect(heard, "{{.Config.StopSignal}} {{.Config.StopTimeout}}")).toBe("SIGINT 45");
  const seconds = await Promise.all([secondsToStop(heard), secondsToStop(deaf)]);
  expect(seconds.filter((each) => each > 40)).toEqual([]);
  const { lines } = await local.client.services.history({ id: heard });
  expect(lines.map(({ text }) => text)).toContain("asked by SIGINT");
});

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
  const id = await deployed(`setTimeout(() => process.exit(3), 2500)`, { restart: "never" });
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
  const [well, failed] = [await deployed(`setTimeout(() => process.exit(0), 2500)`, { restart: "onFailure" }), await deployed(`setTimeout(() => process.exit(1), 2500)`, { restart: "onFailure" })];
  await expect.poll(() => stateOf(well), POLL).toBe("ended");
  await expect.poll(async () => (await local.client.services.get({ id: failed })).crashes?.count ?? 0, POLL).toBeGreaterThan(1);
  await local.again();
  await expect.poll(() => stateOf(well), POLL).toBe("ended");
  expect(await inspect(well, "{{.RestartCount}} {{.State.Running}}")).toBe("0 false");
});
