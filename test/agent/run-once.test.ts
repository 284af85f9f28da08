// A command that is run once in a container of a release: seen in its log, told with its exit code, and gone again however it ends; on the real engine.
import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Run, ServiceConfig } from "../../agent/contract/index.ts";
import { docker } from "../world/docker.ts";
import { startLocalAgent, type LocalAgent } from "./in-process.ts";

const POLL = { timeout: 60_000, interval: 100 };
const SLEEP = "setInterval(() => {}, 1000)";
const node = (line: string) => `node -e '${line}'`;
const LONG = node(`console.log("begun"); ${SLEEP}`);
const HEARS = node(`process.on("SIGTERM", () => { console.log("heard it"); process.exit(7); }); console.log("begun"); ${SLEEP}`);

let local: LocalAgent;
let id: string;
let environmentId: string;
beforeAll(async () => {
  local = await startLocalAgent();
  environmentId = (await local.client.projects.create({ name: "Once" })).environments[0]!.id;
  const service = await local.client.services.create({ environmentId, name: "jobs", shape: "worker", variables: { DATABASE: "orders" }, config });
  id = service.id;
  expect((await local.deployed((await local.client.deployments.start({ serviceId: id })).id)).problem).toBeNull();
});
afterAll(() => local?.stop());

const config = { source: { type: "image", reference: "node:24-slim" }, drainSeconds: 0, healthSeconds: 1, startCommand: node(SLEEP), stopSeconds: 60, memoryMiB: 96, replicas: 1 } as unknown as ServiceConfig;

const begin = async (command: string, more: { seconds?: number; releaseId?: string } = {}) => (await local.client.runs.start({ serviceId: id, command, ...more })).job.id;
async function ended(job: string): Promise<Run> {
  await local.ended(job);
  return local.client.runs.get({ id: job });
}
const run = async (command: string, more?: { seconds?: number }): Promise<Run> => ended(await begin(command, more));
async function logOf(job: string, until?: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const batch of await local.client.runs.log({ id: job })) {
    lines.push(...batch.lines.map(({ text }) => text));
    if (batch.ended || (until !== undefined && lines.includes(until))) break;
  }
  return lines;
}
const containers = async () => (await docker(["ps", "--all", "--format", "{{.Names}}", "--filter", `label=run.aeroplane.service=${id}`])).trim().split("\n");
const own = async () => (await containers()).filter((name) => name.endsWith("-once")).length;

test("it has the release's variables, its output stands in its own log, and its container goes", async () => {
  const { job, exitCode, command, by } = await run(node(`console.log("migrates " + process.env.DATABASE); console.error(process.env.AEROPLANE_RELEASE_ID)`));
  const { liveRelease, instances, state } = await local.client.services.get({ id });
  const log = await logOf(job.id);
  expect([job.state, job.problem, exitCode, by, command.startsWith("node -e"), state, instances.map(({ ordinal }) => ordinal)]).toEqual(["succeeded", null, 0, "tester", true, "live", [1]]);
  expect(log).toEqual(expect.arrayContaining(["migrates orders", liveRelease!.id, "Ended with exit code 0"]));
  expect([log.filter((line) => line === "migrates orders").length, (await containers()).length]).toEqual([1, 1]);
  expect((await local.client.services.history({ id })).lines.filter(({ text }) => text.startsWith("migrates"))).toEqual([]);
  expect((await local.client.runs.list({ serviceId: id })).map((one) => one.job.id)).toEqual([job.id]);
});

test("an exit code is told with the last lines, and what serves is not touched", async () => {
  const before = await containers();
  const { job, exitCode } = await run(node(`console.error("no such table"); process.exit(3)`));
  expect([job.state, job.problem?.code, job.problem?.values.code, job.problem?.detail?.includes("no such table"), exitCode]).toEqual(["failed", "RUN_FAILED", 3, true, 3]);
  expect([await containers(), (await local.client.services.get({ id })).state]).toEqual([before, "live"]);
});

test("a word that names no program is told as that, and one that takes too much memory as that", async () => {
  const missing = await run("no-such-program --now");
  expect([missing.job.state, missing.job.problem?.code]).toEqual(["failed", "CONTAINER_NOT_STARTED"]);
  const hog = await run(node(`const all = []; for (;;) all.push(Buffer.alloc(8e6, 1))`));
  expect([hog.job.problem?.code, hog.job.problem?.message]).toEqual(["RUN_OUT_OF_MEMORY", expect.stringContaining("it may have 96 MB")]);
});

test("a long output has its beginning and its end", async () => {
  const { job } = await run(node(`for (let at = 0; at < 10200; at++) console.log("line " + at)`));
  const log = (await logOf(job.id)).filter((line) => line.startsWith("line "));
  expect([log.length, log.at(0), log.at(9_999), log.at(10_000), log.at(-1)]).toEqual([10_050, "line 0", "line 9999", "line 10150", "line 10199"]);
});

test("it is heard while it runs; a cancel asks it to stop, and its last words and code are kept", async () => {
  const job = await begin(HEARS);
  await logOf(job, "begun");
  await local.client.jobs.cancel({ id: job });
  const { exitCode, job: { state } } = await ended(job);
  const log = await logOf(job);
  expect([state, exitCode, log.filter((line) => line === "begun").length, log.includes("heard it"), log.at(-1), await own()]).toEqual(["cancelled", 7, 1, true, "Ended with exit code 7", 0]);
});

test("beyond its time it is ended and says so", async () => {
  const { job } = await run(LONG, { seconds: 2 });
  expect([job.state, job.problem?.code, job.problem?.values.seconds, await own()]).toEqual(["failed", "RUN_TOO_LONG", 2, 0]);
});

test("a restart, a stop and a start of the service leave it alone, and it leaves them alone", async () => {
  const job = await begin(LONG);
  await logOf(job, "begun");
  for (const act of ["restart", "stop", "start"] as const) expect((await local.ended((await local.client.services[act]({ id })).job.id)).problem).toBeNull();
  expect([(await local.client.runs.get({ id: job })).job.state, await own(), (await local.client.services.get({ id })).instances.length]).toEqual(["running", 1, 1]);
  await local.client.jobs.cancel({ id: job });
  await ended(job);
});

test("of a stopped service it runs as well", async () => {
  await local.ended((await local.client.services.stop({ id })).job.id);
  const { job } = await run(node(`console.log("alone")`));
  expect([job.state, (await local.client.services.get({ id })).state]).toEqual(["succeeded", "stopped"]);
  await local.ended((await local.client.services.start({ id })).job.id);
});

test("after the agent's end in the middle of it it is gone, said as interrupted, and not run again", async () => {
  const job = await begin(LONG);
  await logOf(job, "begun");
  await local.again();
  const { job: { state, problem } } = await ended(job);
  expect([state, problem?.code, (await logOf(job)).filter((line) => line === "begun").length]).toEqual(["failed", "RUN_INTERRUPTED", 1]);
  await expect.poll(own, POLL).toBe(0);
});

test("volumes of the service are not there: they are another process's", async () => {
  const { id: serviceId } = await local.client.services.create({ environmentId, name: "keeper", shape: "worker", config: { ...config, startCommand: node(`require("fs").writeFileSync("/data/held", ""); ${SLEEP}`) } });
  const rows = await local.client.staged.stage({ environmentId, serviceId, volumes: [{ path: "/data" }] });
  await local.client.staged.deploy({ environmentId, ids: rows.map(({ id: row }) => row) });
  expect((await local.deployed((await local.client.deployments.start({ serviceId })).id)).problem).toBeNull();
  const look = async () => ended((await local.client.runs.start({ serviceId, command: node(`process.exit(require("fs").existsSync("/data/held") ? 9 : 0)`) })).job.id);
  const { volumes } = await local.client.services.get({ id: serviceId });
  expect([(await look()).exitCode, volumes.length]).toEqual([0, 1]);
  // Nor is one made for it, or wanted to be there.
  await local.ended((await local.client.services.stop({ id: serviceId })).job.id);
  const known = async () => (await docker(["volume", "ls", "--quiet", "--filter", `label=run.aeroplane.volume=${volumes[0]!.id}`])).trim();
  await docker(["volume", "rm", await known()]);
  expect([(await look()).exitCode, await known()]).toEqual([0, ""]);
});

test("what only a shell could obey, a release that is not kept and one too many are refused; a deletion ends what runs", async () => {
  const refused = async (asked: Promise<unknown>) => asked.then(() => "begun", (error: { data?: { code?: string } }) => error.data?.code);
  expect([await refused(begin("npm run a && npm run b")), await refused(begin("true", { releaseId: uuid() }))]).toEqual(["INVALID_INPUT", "RELEASE_NOT_KEPT"]);
  const jobs = await Promise.all(Array.from({ length: 8 }, () => begin(node(SLEEP))));
  expect(await refused(begin("true"))).toBe("RUNS_TOO_MANY");
  // Their rows go soon after the service.
  const first = local.ended(jobs[0]!);
  const { job } = await local.client.services.delete({ id, confirm: "jobs" });
  expect([(await local.ended(job.id)).problem, (await first).state, await own()]).toEqual([null, "cancelled", 0]);
});
