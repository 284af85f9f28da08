// Builds that go on while the agent is replaced, on the real Docker of this machine.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LogLine, ServiceConfig } from "../../agent/contract/index.ts";
import { appFolder, release } from "../world/apps/index.ts";
import { startGitServer, type GitServer } from "../world/git/server.ts";
import { beginRun, endRun, type WorldRun } from "../world/run.ts";
import { startLocalAgent, type LocalAgent } from "./in-process.ts";

let world: WorldRun;
let git: GitServer;
let local: LocalAgent;
let environmentId: string;

beforeAll(async () => {
  world = await beginRun();
  git = await startGitServer(world, "127.0.0.1");
  local = await startLocalAgent();
  environmentId = (await local.client.projects.create({ name: "Goes on" })).environments[0]!.id;
});
afterAll(async () => {
  await local?.stop();
  if (world) await endRun(world.folder);
});

const LINES = 40;
/** Says a line ten times a second; what it says differs each time, so that no build is answered from a kept one. */
const slow = (lines = LINES) => `node -e "let i = 0; const t = setInterval(() => { console.log('line ' + ++i + ' ${Date.now()}'); if (i === ${lines}) clearInterval(t) }, 100)"`;

async function linesOf(id: string, enough: (lines: LogLine[]) => boolean = () => false): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for await (const batch of await local.client.deployments.log({ id })) {
    lines.push(...batch.lines);
    if (batch.ended || enough(lines)) break;
  }
  return lines;
}
const said = (lines: LogLine[]) => lines.filter(({ from, text }) => from === "build" && /^line \d+ \d+$/.test(text)).map(({ text }) => Number(text.split(" ")[1]));
const building = (lines: LogLine[]) => said(lines).length >= 3;
const whole = Array.from({ length: LINES }, (_, index) => index + 1);

async function begin(name: string, shape: "web" | "static", files: Record<string, string>, config: Partial<ServiceConfig>): Promise<string> {
  const app = shape === "web" ? "node-http" : "static-build";
  const repository = await git.create(name, { ...release(app, name), ...files }, { from: appFolder(app) });
  const source = { type: "git" as const, url: repository.http, branch: repository.branch, rootDirectory: "" };
  const service = await local.client.services.create({ environmentId, name, shape, hostname: `${name}.example.test`, config: { source, drainSeconds: 0, ...config } });
  const { id } = await local.client.deployments.start({ serviceId: service.id });
  await linesOf(id, building);
  return id;
}
const dockerfile = (lines?: number) => ({ Dockerfile: `FROM node:24-slim\nWORKDIR /app\nCOPY . .\nRUN ${slow(lines)}\nCMD ["node", "server.mjs"]\n` });

test("an image's build outlives the agent twice; not one line is lost or doubled", async () => {
  const id = await begin("image", "web", dockerfile(), { port: 3000, healthPath: "/health" });
  await local.again();
  await local.again();
  const ended = await local.deployed(id);
  const log = await linesOf(id);
  expect([ended.problem, said(log), (await local.fetch("image.example.test")).status]).toEqual([null, whole, 200]);
  expect(ended.steps.every(({ state }) => state === "done")).toBe(true);
  expect(existsSync(join(local.dataDir, "tmp/jobs", id))).toBe(false);
});

test("a site's build outlives the agent, with its variables", async () => {
  const site = { outputDirectory: "dist", buildCommand: `${slow()} && node build.mjs`, buildImage: "node:24-slim" };
  const id = await begin("site", "static", {}, { site });
  await local.again();
  const ended = await local.deployed(id);
  const answer = await local.fetch("site.example.test", "/release.txt");
  expect([ended.problem, said(await linesOf(id)), answer.body.trim()]).toEqual([null, whole, "site"]);
});

test("one that goes on can be cancelled, and then nothing of it is left", async () => {
  // It says more than anybody waits for: it must be at it still when the next life has taken it over.
  const id = await begin("cancelled", "web", dockerfile(3000), { port: 3000 });
  await local.again();
  await linesOf(id, (lines) => lines.some(({ text }) => text.startsWith("The agent was started anew")));
  await local.client.deployments.cancel({ id });
  const ended = await local.deployed(id);
  expect([ended.state, ended.problem, existsSync(join(local.dataDir, "tmp/jobs", id))]).toEqual(["cancelled", null, false]);
});
