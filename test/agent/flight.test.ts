// From a commit to a live site and back, against the real Docker, BuildKit, Caddy and Git of this machine.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Service } from "../../agent/contract/index.ts";
import { appFolder, release } from "../world/apps/index.ts";
import { dockerBin } from "../world/docker.ts";
import { run } from "../world/command.ts";
import type { Repository } from "../world/git/repositories.ts";
import { startGitServer, type GitServer } from "../world/git/server.ts";
import { beginRun, endRun, type WorldRun } from "../world/run.ts";
import { startLocalAgent, type LocalAgent } from "./in-process.ts";

let world: WorldRun;
let git: GitServer;
let local: LocalAgent;
let repository: Repository;
let web: Service;

beforeAll(async () => {
  world = await beginRun();
  git = await startGitServer(world, "127.0.0.1");
  local = await startLocalAgent();
});
afterAll(async () => {
  await local?.stop();
  if (world) await endRun(world.folder);
});

async function deploy(serviceId: string) {
  const { id } = await local.client.deployments.start({ serviceId });
  return local.deployed(id);
}
async function logOf(id: string): Promise<string> {
  const lines: string[] = [];
  for await (const batch of await local.client.deployments.log({ id })) lines.push(...batch.lines.map(({ text }) => text));
  return lines.join("\n");
}
const containers = async () =>
  (await run([dockerBin, "ps", "-aq", "--filter", `label=run.aeroplane.instance=${local.agent.instanceId}`])).split("\n").filter(Boolean);

test("a commit becomes a live site", async () => {
  repository = await git.create("shop", release("node-http", "one"), { from: appFolder("node-http") });
  const project = await local.client.projects.create({ name: "Shop" });
  web = await local.client.services.create({
    environmentId: project.environments[0]!.id,
    name: "web",
    shape: "web",
    hostname: "shop.example.test",
    config: {
      source: { type: "git", url: repository.http, branch: repository.branch },
      port: 3000,
      healthPath: "/health",
      drainSeconds: 1,
    },
    variables: { GREETING: "hello $(id)" },
  });
  const ended = await deploy(web.id);
  expect(ended.problem).toBeNull();
  expect(ended.steps.map(({ name, state }) => `${name} ${state}`)).toEqual(
    ["source", "build", "release", "check", "route", "retire"].map((name) => `${name} done`),
  );
  const [page, variable] = [await local.fetch("shop.example.test"), await local.fetch("shop.example.test", "/env?name=GREETING")];
  expect([page.status, page.body.trim(), variable.body, ended.commit?.sha]).toEqual([200, "one", "hello $(id)", repository.sha]);
  expect(await logOf(ended.id)).toContain("FROM");
});

test("another commit replaces it, and the old container goes", async () => {
  await repository.commit(release("node-http", "two"), "Second");
  const ended = await deploy(web.id);
  expect([ended.problem, (await local.fetch("shop.example.test")).body.trim(), (await containers()).length]).toEqual([null, "two", 1]);
});

test("a broken commit fails with its reason, and what was live stays", async () => {
  const before = await containers();
  await repository.commit(release("node-http", "broken", "exit"));
  const ended = await deploy(web.id);
  const service = await local.client.services.get({ id: web.id });
  expect({
    code: ended.problem?.code,
    states: ended.steps.map(({ state }) => state),
    live: (await local.fetch("shop.example.test")).body.trim(),
    state: service.state,
    containers: await containers(),
  }).toEqual({
    code: "APP_EXITED",
    states: ["done", "done", "done", "failed", "waiting", "waiting"],
    live: "two",
    state: "live",
    containers: before,
  });
  expect(await logOf(ended.id)).toContain("DATABASE_URL is missing");
});

test("a deployment is cancelled in its check, and leaves nothing", async () => {
  const before = await containers();
  await repository.commit(release("node-http", "silent", "never-listens"));
  const { id } = await local.client.deployments.start({ serviceId: web.id });
  for await (const _ of await local.client.changes.watch({})) {
    const { steps } = await local.client.deployments.get({ id });
    if (steps[3]!.state === "running") break;
  }
  await local.client.deployments.cancel({ id });
  const ended = await local.deployed(id);
  expect([ended.state, ended.problem, await containers()]).toEqual(["cancelled", null, before]);
});

test("stopped, started and restarted, it is the same release", async () => {
  const act = async (what: "stop" | "start" | "restart") => {
    const { job } = await local.client.services[what]({ id: web.id });
    const ended = await local.ended(job.id);
    const { state } = await local.client.services.get({ id: web.id });
    const { status, body } = await local.fetch("shop.example.test");
    return { ended: ended.problem?.message ?? ended.state, state, status, body: status === 200 ? body.trim() : "" };
  };
  expect([await act("stop"), await act("start"), await act("restart")]).toEqual([
    { ended: "succeeded", state: "stopped", status: 503, body: "" },
    { ended: "succeeded", state: "live", status: 200, body: "two" },
    { ended: "succeeded", state: "live", status: 200, body: "two" },
  ]);
});

test("its output is streamed, from the first release on", async () => {
  await local.fetch("shop.example.test", "/log?text=from-the-app&lines=3");
  const lines: string[] = [];
  for await (const batch of await local.client.services.logs({ id: web.id })) {
    lines.push(...batch.lines.map(({ text }) => text));
    if (lines.includes("from-the-app 3")) break;
  }
  expect(lines).toEqual(expect.arrayContaining(["from-the-app 1", "from-the-app 2", "from-the-app 3"]));
});

test("siblings reach each other by name; a site and a worker deploy", async () => {
  const pages = await git.create("pages", release("static", "site-1"), { from: appFolder("static") });
  const jobs = await git.create("jobs", release("worker", "w1"), { from: appFolder("worker") });
  const { environmentId } = web;
  const site = await local.client.services.create({
    environmentId,
    name: "site",
    shape: "static",
    hostname: "site.example.test",
    config: { source: { type: "git", url: pages.http, branch: pages.branch }, site: { outputDirectory: "site" } },
  });
  const worker = await local.client.services.create({
    environmentId,
    name: "jobs",
    shape: "worker",
    config: { source: { type: "git", url: jobs.http, branch: jobs.branch }, healthSeconds: 2 },
  });
  const [first, second] = await Promise.all([deploy(site.id), deploy(worker.id)]);
  const page = await local.fetch("site.example.test", "/release.txt");
  const sibling = await local.fetch("shop.example.test", `/fetch?url=${encodeURIComponent("http://web:3000/")}`);
  expect([first.problem, second.problem, page.body.trim(), sibling.body.trim()]).toEqual([null, null, "site-1", "two"]);
});

test("deleting the project leaves nothing of it", async () => {
  const { job } = await local.client.projects.delete({ id: web.projectId, confirm: "Shop" });
  const ended = await local.ended(job.id);
  const page = await local.fetch("shop.example.test");
  expect([ended.problem, page.status, await containers(), await local.client.projects.list({})]).toEqual([null, 404, [], []]);
});
