// How a release shows that it is well, by each kind of check, at its deploy and when its process comes back; on the real engine.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ServiceConfig } from "../../agent/contract/index.ts";
import { docker } from "../world/docker.ts";
import { startLocalAgent, type LocalAgent } from "./in-process.ts";
import { laterWhenTold, tell } from "./told.ts";

const POLL = { timeout: 90_000, interval: 50 };

let local: LocalAgent;
let environmentId: string;
let count = 0;
beforeAll(async () => {
  local = await startLocalAgent();
  environmentId = (await local.client.projects.create({ name: "Health" })).environments[0]!.id;
});
afterAll(() => local?.stop());

type Config = Partial<Omit<ServiceConfig, "source">>;
type Deployed = { id: string; code: string; said: string };

/** How a deploy of a program in Node ends. */
async function deploy(shape: "web" | "worker", program: string, config: Config): Promise<Deployed> {
  const name = `s${(count += 1)}`;
  const { id } = await local.client.services.create({
    environmentId, name, shape,
    hostname: shape === "web" ? `${name}.test` : null,
    config: { source: { type: "image", reference: "node:24-slim" }, drainSeconds: 0, healthSeconds: 60, startCommand: `node -e '${program}'`, ...config },
  });
  return again(id);
}
async function again(id: string): Promise<Deployed> {
  const { problem } = await local.deployed((await local.client.deployments.start({ serviceId: id })).id);
  return { id, code: problem?.code ?? "live", said: problem?.message ?? "" };
}
const answering = (status: string) => `require("http").createServer((q, s) => { s.statusCode = ${status}; s.end() }).listen(process.env.PORT)`;
/** Accepts connections and never speaks. */
const MUTE = `require("net").createServer(() => {}).listen(process.env.PORT)`;
const WELL = `require("fs").writeFileSync("/tmp/well", "")`;
/** Seconds in which a process has begun also on a busy machine: what is refused is looked at for so long. */
const SOON = 20;
const SLEEP = "setInterval(() => {}, 1000)";

test("by HTTP the path, the statuses and the headers decide", async () => {
  const program = answering(`q.headers["x-check"] === "yes" && q.headers.host === "inside.test" && q.url === "/ready" ? 418 : 200`);
  const health = { by: "http" as const, path: "/ready", statuses: "418", headers: { "X-Check": "yes", Host: "inside.test" }, timeoutSeconds: 2, intervalSeconds: 1 };
  const [well, refused] = await Promise.all([deploy("web", program, { port: 3000, health }), deploy("web", program, { port: 3000, healthSeconds: SOON, health: { ...health, headers: {} } })]);
  expect([well.code, refused.code, refused.said.includes("answered 200 on /ready")]).toEqual(["live", "HEALTH_CHECK_FAILED", true]);
});

test("a worker is asked over HTTP on its port", async () => {
  const health = { by: "http" as const, path: "/ready", statuses: null, headers: {} };
  const both = await Promise.all([deploy("worker", answering("204"), { port: 3000, health }), deploy("worker", answering("500"), { port: 3000, healthSeconds: SOON, health })]);
  expect(both.map(({ code }) => code)).toEqual(["live", "HEALTH_CHECK_FAILED"]);
});

test("by its port a service that speaks no HTTP goes live, and one that listens elsewhere does not", async () => {
  const elsewhere = MUTE.replace("process.env.PORT", "4000");
  const both = await Promise.all([deploy("web", MUTE, { port: 3000, health: { by: "tcp" } }), deploy("web", elsewhere, { port: 3000, healthSeconds: SOON, health: { by: "tcp" } })]);
  expect(both.map(({ code }) => code)).toEqual(["live", "APP_LISTENS_ON_OTHER_PORT"]);
});

test("by a command in its container", async () => {
  const health = { by: "command" as const, command: "test -e /tmp/well", intervalSeconds: 1 };
  const said = { ...health, command: `sh -c 'echo not yet; exit 1'` };
  const [well, refused, closed] = await Promise.all([
    deploy("worker", `setTimeout(() => ${WELL}, 1500); ${SLEEP}`, { health }),
    deploy("worker", SLEEP, { healthSeconds: SOON, health: said }),
    // Whoever is sent visitors must let them in besides.
    deploy("web", `${WELL}; ${SLEEP}`, { port: 3000, healthSeconds: SOON, health }),
  ]);
  expect([well.code, refused.code, refused.said.includes("not yet"), closed.code]).toEqual(["live", "HEALTH_COMMAND_FAILED", true, "APP_NOT_LISTENING"]);
});

test("by a HEALTHCHECK that the image does not have nothing can pass, and that is said at once", async () => {
  // Who waited would wait for longer than this test may take.
  expect((await deploy("worker", SLEEP, { healthSeconds: 600, health: { by: "image" } })).code).toBe("HEALTHCHECK_MISSING");
});

test("a web service may only have to stay up", async () => {
  expect((await deploy("web", SLEEP, { port: 3000, healthSeconds: 1, health: { by: "up" } })).code).toBe("live");
});

test("what comes back is asked in the same way: by its port, not by HTTP", async () => {
  // In its second life it listens when it is told to.
  const { id } = await deploy("web", laterWhenTold(MUTE), { port: 3000, health: { by: "tcp" } });
  const container = (await docker(["ps", "--quiet", "--filter", `label=run.aeroplane.service=${id}`])).trim();
  await docker(["kill", "--signal", "KILL", container]).catch(() => {});
  await docker(["start", container]);
  const states = async () => (await local.client.services.get({ id })).instances.map(({ state }) => state).join();
  await expect.poll(states, POLL).toBe("down");
  expect(await tell(container)).toBe(0);
  await expect.poll(states, POLL).toBe("live");
});

test("the first failures do not count: one that comes and goes while it starts is not unsteady", async () => {
  const wobbly = `const begun = Date.now(); ${answering("Date.now() - begun < 2500 && Math.floor((Date.now() - begun) / 300) % 2 ? 500 : 200")}`;
  const health = { by: "http" as const, path: "/", statuses: null, headers: {} };
  expect((await deploy("web", wobbly, { port: 3000, healthSeconds: SOON, startSeconds: 15, health })).code).toBe("live");
});

test("what a shape cannot have is refused, field by field", async () => {
  const config = { source: { type: "git" as const, url: "https://git.example/a/b", branch: "main" } };
  const refused = (shape: "worker" | "static", more: Config) =>
    local.client.services.create({ environmentId, name: `s${(count += 1)}`, shape, config: { ...config, ...more } }).then(() => "", (error: { data?: { values: { field: string } } }) => error.data?.values.field);
  expect(await Promise.all([
    refused("static", { health: { by: "up" } }),
    refused("static", { startSeconds: 5 }),
    refused("worker", { health: { by: "tcp" } }),
    refused("worker", { health: { by: "command", command: "test -e a && test -e b" } }),
  ])).toEqual(["config.health", "config.startSeconds", "config.port", "config.health.command"]);
});

test("an older window reads the path of a check and its word on it is the newest", async () => {
  const { id } = await local.client.services.create({
    environmentId, name: "older", shape: "web",
    config: { source: { type: "image", reference: "node:24-slim" }, health: { by: "http", path: "/ready", statuses: "204", headers: {} } },
  });
  const answered = (await local.client.services.get({ id })).config;
  const saved = async (more: Config) => {
    const { config } = await local.client.services.update({ id, config: { ...answered, ...more } as ServiceConfig });
    return [config.healthPath, config.health?.by ?? null];
  };
  expect([answered.healthPath, await saved({ drainSeconds: 3 }), await saved({ healthPath: "/live" })]).toEqual(["/ready", ["/ready", "http"], ["/live", null]]);
});
