// A service of which there are never two at once: replaced and restarted stop-first, with its requests held; on the real engine.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ServiceConfig } from "../../agent/contract/index.ts";
import { docker } from "../world/docker.ts";
import { startLocalAgent, type LocalAgent } from "./in-process.ts";

const HOST = "once.test";
/** It says when it begins and when it has ended, and takes a second to end. */
const APP = `console.log("begins " + Date.now()); require("http").createServer((q, s) => s.end("here")).listen(process.env.PORT); process.on("SIGTERM", () => setTimeout(() => { console.log("ends " + Date.now()); process.exit() }, 1000))`;
/** It answers on after the signal for longer than a cancelled step is waited for. */
const SLOW = APP.replace("1000", "6200");

let local: LocalAgent;
let id: string;
beforeAll(async () => {
  local = await startLocalAgent();
  const { environments } = await local.client.projects.create({ name: "Once" });
  ({ id } = await local.client.services.create({ environmentId: environments[0]!.id, name: "bot", shape: "web", hostname: HOST, config }));
  expect((await deploy()).problem).toBeNull();
});
afterAll(() => local?.stop());

const config = {
  source: { type: "image" as const, reference: "node:24-slim" }, port: 3000, healthSeconds: 60, drainSeconds: 1, stopSeconds: 60, replace: "stopFirst" as const, startCommand: `node -e '${APP}'`,
} satisfies Partial<ServiceConfig>;
const deploy = async () => local.deployed((await local.client.deployments.start({ serviceId: id })).id);
const containers = async () => (await docker(["ps", "--all", "--no-trunc", "--format", "{{.ID}} {{.State}}", "--filter", `label=run.aeroplane.service=${id}`])).trim().split("\n");

/** Visitors all the while; answers what they were told. */
async function visited(act: () => Promise<unknown>): Promise<string[]> {
  const answers: Promise<string>[] = [];
  const every = setInterval(() => answers.push(local.fetch(HOST).then(({ status, body }) => `${status} ${body}`, (error: Error) => error.message)), 100);
  await act();
  clearInterval(every);
  return [...new Set(await Promise.all(answers))].sort();
}
/** Whether each process began when the one before had ended, and how many there were. */
async function inTurn(): Promise<[boolean, number]> {
  const said = (await local.client.services.history({ id })).lines.flatMap(({ text }) => /^(begins|ends) (\d+)$/.exec(text) ?? []);
  const events = said.flatMap((word, at) => (word === "begins" || word === "ends" ? [{ word, at: Number(said[at + 1]) }] : [])).toSorted((a, b) => a.at - b.at);
  return [events.every(({ word }, at) => word === (at % 2 === 0 ? "begins" : "ends")), events.filter(({ word }) => word === "begins").length];
}

test("a deploy begins the new one when the old one has ended, and no request is lost", async () => {
  const answers = await visited(async () => expect((await deploy()).problem).toBeNull());
  expect([answers, await inTurn()]).toEqual([["200 here"], [true, 2]]);
});

test("so does a restart", async () => {
  const answers = await visited(async () => expect((await local.ended((await local.client.services.restart({ id })).job.id)).problem).toBeNull());
  expect([answers, await inTurn()]).toEqual([["200 here"], [true, 3]]);
});

test("where the new one does not come the old one begins again, and requests have only waited", async () => {
  await local.client.services.update({ id, config: { ...config, startCommand: "node -e 'process.exit(4)'" } as ServiceConfig });
  const answers = await visited(async () => expect((await deploy()).problem?.code).toBe("APP_EXITED"));
  expect([answers, (await inTurn())[0], (await local.client.services.get({ id })).state]).toEqual([["200 here"], true, "live"]);
});

test("an agent that ends between the two starts the old one again", async () => {
  await local.client.services.update({ id, config: { ...config, startCommand: "node -e 'setInterval(() => {}, 1000)'" } as ServiceConfig });
  const { id: deployment } = await local.client.deployments.start({ serviceId: id });
  await expect.poll(async () => (await local.client.deployments.get({ id: deployment })).steps.find(({ name }) => name === "check")?.state, { timeout: 90_000, interval: 50 }).toBe("running");
  await local.again();
  expect([(await local.deployed(deployment)).state, (await local.fetch(HOST)).status]).toEqual(["failed", 200]);
});

test("a deploy that takes the setting back still waits for the end of the one that has it", async () => {
  await local.client.services.update({ id, config: { ...config, replace: "rolling", drainSeconds: 0, startCommand: `node -e '${SLOW}'` } as ServiceConfig });
  expect([(await deploy()).problem, (await inTurn())[0]]).toEqual([null, true]);
});

test("cancelled while the old one is being stopped, that ends as it was asked to and begins again: one process, which answers", async () => {
  await local.client.services.update({ id, config: config as ServiceConfig });
  const standing = await containers();
  const { id: deployment } = await local.client.deployments.start({ serviceId: id });
  await expect.poll(async () => (await local.client.deployments.get({ id: deployment })).steps.find(({ name }) => name === "release")?.detail, { timeout: 90_000, interval: 50 }).toMatch(/^Requests wait/);
  await sleep(300);
  await local.client.deployments.cancel({ id: deployment });
  expect((await local.deployed(deployment)).state).toBe("cancelled");
  expect([await containers(), (await local.fetch(HOST)).status, (await inTurn())[0]]).toEqual([standing, 200, true]);
  await sleep(1000);
  expect([await containers(), (await local.fetch(HOST)).status]).toEqual([standing, 200]);
});
