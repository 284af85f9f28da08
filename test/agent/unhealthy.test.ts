// What serves is asked by its own health check for as long as it serves, on the real engine.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Service } from "../../agent/contract/index.ts";
import { startLocalAgent, type LocalAgent } from "./in-process.ts";

/** Several intervals, on a machine with other work. */
const POLL = { timeout: 90_000, interval: 200 };
const SECRET = "the words of an answer may be secret";
/** Sick or well by what it is told to be, each instance for itself. */
const APP = `let sick = false; require("http").createServer((q, s) => {
  if (q.url === "/sick") sick = true;
  if (q.url === "/well") sick = false;
  if (q.url === "/ready" && sick) { s.statusCode = 503; return s.end("${SECRET}") }
  s.end("here");
}).listen(process.env.PORT)`.replaceAll("\n", " ");

/** Two waits as long as that, with room. */
const TEST_MS = 240_000;

let local: LocalAgent;
let environmentId: string;
let web: () => Promise<Service>;
let pair: () => Promise<Service>;
let before: number;
beforeAll(async () => {
  local = await startLocalAgent();
  environmentId = (await local.client.projects.create({ name: "Well" })).environments[0]!.id;
  [web, pair] = await Promise.all([deploy("web", 1), deploy("pair", 2)]);
  // Both at the same time: each takes three intervals to be found.
  before = Date.now();
  for (const name of ["web", "pair"]) expect((await local.fetch(`${name}.test`, "/sick")).body).toBe("here");
});
afterAll(() => local?.stop());

async function deploy(name: string, replicas: number): Promise<() => Promise<Service>> {
  const health = { by: "http" as const, path: "/ready", statuses: null, headers: {}, intervalSeconds: 5 };
  const config = { source: { type: "image" as const, reference: "node:24-slim" }, port: 3000, healthSeconds: 60, drainSeconds: 0, replicas, memoryMiB: 128, processors: 0.5, health, startCommand: `node -e '${APP}'` };
  const { id } = await local.client.services.create({ environmentId, name, shape: "web", hostname: `${name}.test`, config });
  const { problem } = await local.deployed((await local.client.deployments.start({ serviceId: id })).id);
  expect(problem).toBeNull();
  return () => local.client.services.get({ id });
}
const told = ({ state, instances }: Service) => [state, ...instances.map((one) => one.unwell?.said ?? one.state)];

test("one that serves and no longer answers its check is unhealthy with its last answer, goes on to get requests, and is live with the next good one", async () => {
  await expect.poll(async () => told(await web()), POLL).toEqual(["unhealthy", "GET /ready answers 503"]);
  const sick = await web();
  expect([sick.stateSince > before, sick.stateSince === sick.instances[0]!.unwell!.since, sick.instances[0]!.state]).toEqual([true, true, "unhealthy"]);
  expect(JSON.stringify(sick.instances)).not.toContain(SECRET);
  expect((await local.fetch("web.test", "/")).body).toBe("here");
  await local.fetch("web.test", "/well");
  await expect.poll(async () => told(await web()), POLL).toEqual(["live", "live"]);
}, TEST_MS);

test("of several it is said which, a new life of the agent has asked nobody, and what it uses is measured", async () => {
  await expect.poll(async () => (await pair()).state, POLL).toBe("degraded");
  const { id, instances } = await pair();
  expect(instances.map(({ state }) => state).toSorted()).toEqual(["live", "unhealthy"]);
  // A call waits no second for what Docker says: on a busy machine the next one has it.
  const measured = async () => {
    const [meters] = await local.client.services.meters({ environmentId, ids: [id] });
    const known = meters!.instances.map(({ memory, processors }) => memory !== null && memory > 1e6 && memory < meters!.memoryLimit && processors !== null && processors >= 0);
    return [known, meters!.memoryLimit, meters!.processorLimit];
  };
  await expect.poll(measured, POLL).toEqual([[true, true], 128 * 1024 ** 2, 0.5]);
  await local.again();
  await expect.poll(async () => told(await pair()), POLL).toEqual(["live", "live", "live"]);
}, TEST_MS);
