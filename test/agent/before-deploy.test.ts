// The command before a deploy: run once in the new image, seen in the log, and gone again however the deploy ends; on the real engine.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Deployment, ServiceConfig } from "../../agent/contract/index.ts";
import { docker } from "../world/docker.ts";
import { startLocalAgent, type LocalAgent } from "./in-process.ts";

const POLL = { timeout: 90_000, interval: 100 };
const SLEEP = "setInterval(() => {}, 1000)";
const LONG = `node -e 'console.log("begun"); ${SLEEP}'`;

let local: LocalAgent;
let environmentId: string;
let id: string;
beforeAll(async () => {
  local = await startLocalAgent();
  environmentId = (await local.client.projects.create({ name: "Before" })).environments[0]!.id;
  const service = await local.client.services.create({
    environmentId, name: "jobs", shape: "worker", variables: { DATABASE: "orders" },
    config: configWith(`node -e 'console.log("migrates " + process.env.DATABASE); console.error("for " + process.env.AEROPLANE_RELEASE_ID)'`),
  });
  id = service.id;
});
afterAll(() => local?.stop());

function configWith(beforeDeploy: string | undefined): ServiceConfig {
  return { source: { type: "image", reference: "node:24-slim" }, drainSeconds: 0, healthSeconds: 1, startCommand: `node -e '${SLEEP}'`, stopSeconds: 1, ...(beforeDeploy ? { beforeDeploy } : {}) } as ServiceConfig;
}
async function begin(beforeDeploy?: string): Promise<string> {
  if (beforeDeploy !== undefined) await local.client.services.update({ id, config: configWith(beforeDeploy) });
  return (await local.client.deployments.start({ serviceId: id })).id;
}
const deploy = async (beforeDeploy?: string): Promise<Deployment> => local.deployed(await begin(beforeDeploy));
/** All of it, or what stands there when that line does. */
async function logOf(deployment: string, until?: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const batch of await local.client.deployments.log({ id: deployment })) {
    lines.push(...batch.lines.map(({ text }) => text));
    if (batch.ended || (until !== undefined && lines.includes(until))) break;
  }
  return lines;
}
const containers = async () => (await docker(["ps", "--all", "--format", "{{.Names}} {{.State}}", "--filter", `label=run.aeroplane.service=${id}`])).trim().split("\n");
const running = async () => (await containers()).filter((line) => line.includes("-before ") && line.endsWith("running")).length;

test("it runs with the release's variables, its output stands in the log, and its container goes", async () => {
  const { problem, releaseId, steps } = await deploy();
  const log = await logOf((await local.client.services.get({ id })).lastDeployment!.id);
  expect([problem, steps.map(({ state }) => state).at(2)]).toEqual([null, "done"]);
  expect(log).toEqual(expect.arrayContaining(["migrates orders", `for ${releaseId}`]));
  expect([(await containers()).length, (await local.client.services.get({ id })).instances.map(({ ordinal }) => ordinal)]).toEqual([1, [1]]);
});

test("a restart and a rollback do not run it", async () => {
  const job = await local.ended((await local.client.services.restart({ id })).job.id);
  expect([job.problem, (await local.client.services.history({ id })).lines.filter(({ text }) => text.startsWith("migrates"))]).toEqual([null, []]);
  const back = await local.client.deployments.rollback({ serviceId: id, releaseId: (await local.client.services.get({ id })).liveRelease!.id });
  expect([(await local.deployed(back.id)).problem, (await logOf(back.id)).filter((line) => line.startsWith("migrates"))]).toEqual([null, []]);
});

test("one that fails fails the deploy by its own code, and what was live stays", async () => {
  const live = (await local.client.services.get({ id })).liveRelease?.id;
  const { problem } = await deploy(`node -e 'console.error("no such table"); process.exit(3)'`);
  const { liveRelease, state } = await local.client.services.get({ id });
  expect([problem?.code, problem?.values.code, problem?.detail?.includes("no such table"), liveRelease?.id, state, (await containers()).length]).toEqual(["BEFORE_DEPLOY_FAILED", 3, true, live, "live", 1]);
});

test("a cancelled deploy takes it along while it runs", async () => {
  const deployment = await begin(LONG);
  await expect.poll(running, POLL).toBe(1);
  await local.client.deployments.cancel({ id: deployment });
  expect([(await local.deployed(deployment)).state, (await containers()).length]).toEqual(["cancelled", 1]);
});

test("after the agent's end in the middle of it nothing is left, and it is not begun again by itself", async () => {
  const deployment = await begin(LONG);
  // Its container runs before its process says anything.
  await logOf(deployment, "begun");
  await local.again();
  const { state } = await local.deployed(deployment);
  expect([state, (await logOf(deployment)).filter((line) => line === "begun").length]).toEqual(["failed", 1]);
  await expect.poll(async () => (await containers()).length, POLL).toBe(1);
});

test("a line that only a shell could obey is refused when it is saved", async () => {
  await expect(local.client.services.update({ id, config: configWith("npm run a && npm run b") })).rejects.toMatchObject({ data: { code: "INVALID_INPUT", values: { field: "config.beforeDeploy" } } });
});
