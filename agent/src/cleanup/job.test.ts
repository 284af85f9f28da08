import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createRouterClient } from "@orpc/server";
import type { ContractRouterClient } from "@orpc/contract";
import { afterEach, beforeEach, expect, test } from "vitest";
import { storageSettings, type AgentContract, type Change, type ServiceConfig } from "../../contract/index.ts";
import { openRooms } from "../api/rooms.fixture.ts";
import { openDocker } from "../docker/client.ts";
import type { JobContext } from "../jobs/index.ts";
import { createProject, createRelease, createService, environmentsOf, findRelease } from "../store/index.ts";
import { createCleanupJob } from "./job.ts";
import { preview } from "./plan.ts";
import { releases } from "./releases.ts";

let rooms: ReturnType<typeof openRooms>;
let client: ContractRouterClient<AgentContract>;
const deps = () => ({ ...rooms.core, docker: openDocker("/nowhere/docker.sock") });
beforeEach(() => {
  rooms = openRooms();
  client = createRouterClient(rooms.router, { context: { login: "ada", desktop: "laptop", key: null } });
  rooms.core.jobs.register([createCleanupJob(deps())]);
  rooms.core.jobs.start();
});
afterEach(() => rooms.close());

const SERVICE = "01900000-0000-7000-8000-000000000001";
const RELEASE = "01900000-0000-7000-8000-000000000002";
function archive(at: number): string {
  const folder = rooms.core.paths.logsOf(SERVICE);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${at}000_abcdef012345_${RELEASE}_1.log`);
  writeFileSync(path, "x".repeat(100));
  return path;
}
const logs = async (reach: "budgets" | "all") => (await preview(deps(), reach)).parts.find(({ part }) => part === "logs")!;
const cleanUp = async (items: { part: string; id: string }[]) => rooms.core.jobs.ended((await client.instance.cleanup({ items })).job.id);

test("what a preview told goes, and nothing else; an id is no path", async () => {
  const [first, second, third] = [archive(1), archive(2), archive(3)];
  const told = (await logs("all")).items;
  expect(told.map(({ at, bytes }) => [at, bytes])).toEqual([[1000, 100], [2000, 100], [3000, 100]]);
  const outside = join(rooms.core.paths.dataDir, "store.db");
  const job = await cleanUp([{ part: "logs", id: told[0]!.id }, { part: "logs", id: told[0]!.id }, { part: "logs", id: "../../store.db" }, { part: "leftovers", id: "tmp/../../store.db" }, { part: "of later", id: "1" }, { part: "logs", id: told[2]!.id }]);
  expect([job.state, job.steps[0]?.detail?.split(",")[0]]).toEqual(["succeeded", "2 of 6 taken"]);
  expect([first, second, third, outside].map((path) => existsSync(path))).toEqual([false, true, false, true]);
});

test("over its budget the oldest go; what Docker does not tell is not known, and hides nothing", async () => {
  for (const at of [1, 2, 3]) archive(at);
  await client.instance.change({ trustedProxies: [], storage: storageSettings.parse({ logsBytes: 250 }) });
  const { parts } = await preview(deps(), "budgets");
  expect(parts.find(({ part }) => part === "logs")).toMatchObject({ bytes: 300, budget: 250, unknown: null, items: [{ at: 1000 }] });
  expect(parts.find(({ part }) => part === "cache")).toMatchObject({ items: [], unknown: expect.stringContaining("Docker does not answer") });
});

test("a desktop that knows nothing of budgets leaves them as they are", async () => {
  const storage = storageSettings.parse({ releases: 9, cacheBytes: 1 });
  await client.instance.change({ trustedProxies: [], storage });
  await client.instance.change({ trustedProxies: ["192.0.2.0/24"] });
  expect(await client.instance.settings({})).toEqual({ trustedProxies: ["192.0.2.0/24"], storage });
});

test("a life after a crash goes on with what was found, and writes down no progress", async () => {
  const path = archive(1);
  const written: unknown[] = [];
  const life = async (checkpoint: unknown) => {
    const context = { job: { input: {}, checkpoint }, checkpoint: (value: unknown) => written.push(value), step: (_: string, act: (signal: AbortSignal) => Promise<void>) => act(new AbortController().signal), progress() {}, detail() {}, log() {}, commit() {} };
    await createCleanupJob(deps()).run(context as unknown as JobContext);
  };
  await life(null);
  await life([{ part: "logs", id: `${SERVICE}/${basename(path)}` }]);
  expect([written.length, existsSync(path)]).toEqual([1, false]);
});

test("what a removal that was cut short left of a checkout of an ended job goes, and nothing of one that runs", async () => {
  const ended = await cleanUp([{ part: "logs", id: "nothing" }]);
  const made = [`${ended.id}.git`, `${ended.id}.git.lfs`, "01900000-0000-7000-8000-00000000000f.git"].map((name) => join(rooms.core.paths.sources, name));
  for (const path of made) mkdirSync(path, { recursive: true });
  await cleanUp([{ part: "leftovers", id: `sources/${ended.id}` }, { part: "leftovers", id: "sources/01900000-0000-7000-8000-00000000000f" }]);
  expect(made.map((path) => existsSync(path))).toEqual([false, false, true]);
});

test("windows are told at whose deployment nothing is kept any more", async () => {
  const { core } = rooms;
  const [project, release, deployment] = ["p", RELEASE, "d"];
  createProject(core.db, { id: project, name: "shop" });
  const config = { source: { type: "git", url: "https://git.test/site", branch: "main" } } as unknown as ServiceConfig;
  createService(core.db, { id: SERVICE, projectId: project, environmentId: environmentsOf(core.db, project)[0]!.id, name: "site", shape: "static", config });
  createRelease(core.db, { id: release, serviceId: SERVICE, deploymentId: deployment, shape: "static", variables: null, config, state: "retired" });
  const told: Change[] = [];
  const taken = () => releases.take({ ...deps(), changes: { ...core.changes, emit: (change) => void told.push(change) } }, release, new AbortController().signal);
  expect([await taken(), findRelease(core.db, release), await taken()]).toEqual([true, undefined, false]);
  expect(told).toEqual([expect.objectContaining({ entity: "deployment", id: deployment, serviceId: SERVICE })]);
});
