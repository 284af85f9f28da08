// What an agent says of services that it has not seen, behind a Docker that hangs, breaks off, goes away and comes back.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Service } from "../../agent/contract/index.ts";
import { startProxy, type Proxy } from "../bars/hung-docker/proxy.ts";
import { docker } from "../world/docker.ts";
import { ownedFolder } from "../world/folder.ts";
import { startLocalAgent, type LocalAgent } from "./in-process.ts";

const ENGINE = "/var/run/docker.sock";
const HOST = "seen.test";
/** It answers at once in its first life, and in each later one of its container when that is told to: it starts for as long as it takes to be told so. */
const APP = `const fs = require("fs"); const serve = () => require("http").createServer((q, s) => s.end("here")).listen(process.env.PORT); process.once("SIGWINCH", serve); if (fs.existsSync("/tmp/lived")) setInterval(() => {}, 1000); else { fs.writeFileSync("/tmp/lived", ""); serve() }`;

let folder: string;
let proxy: Proxy;
let local: LocalAgent;
let id: string;
beforeAll(async () => {
  // For an act as for a silence: what takes longer on a busy machine is no fault.
  process.env.AEROPLANE_DOCKER_SECONDS = "10";
  folder = await ownedFolder("proxy");
  proxy = await startProxy(ENGINE, join(folder, "docker.sock"));
  local = await startLocalAgent({ dockerSocket: proxy.socket });
  const { environments } = await local.client.projects.create({ name: "Seen" });
  const config = { source: { type: "image" as const, reference: "node:24-slim" }, port: 3000, healthSeconds: 60, drainSeconds: 0, startCommand: `node -e '${APP}'` };
  ({ id } = await local.client.services.create({ environmentId: environments[0]!.id, name: "web", shape: "web", hostname: HOST, config }));
  const { problem } = await local.deployed((await local.client.deployments.start({ serviceId: id })).id);
  expect(problem).toBeNull();
});
afterAll(async () => {
  await local?.stop();
  await proxy?.close();
  await rm(folder, { recursive: true, force: true });
  delete process.env.AEROPLANE_DOCKER_SECONDS;
});

const get = () => local.client.services.get({ id });
/** As a window does it: looks at first, and after that only when it is told of a change. Answers what it saw. */
async function watch(isEnough: (service: Service) => boolean): Promise<string[]> {
  const saw: string[] = [];
  for await (const { items } of await local.client.changes.watch({}, { signal: AbortSignal.timeout(120_000) })) {
    if (saw.length > 0 && !items.some((item) => item.entity === "service" && item.id === id)) continue;
    const service = await get();
    saw.push(service.unseen ? `${service.state} ${service.unseen.state} ${service.unseen.why}` : service.state);
    if (isEnough(service)) return saw;
  }
  throw new Error(`The stream of changes ended after ${saw.join(", ")}`);
}
const containers = async () => (await docker(["ps", "--all", "--quiet", "--filter", `label=run.aeroplane.service=${id}`])).trim().split("\n");
const isLive = ({ state }: Service) => state === "live";

test("what was just deployed was seen by its checks", async () => {
  const { state, unseen, instances } = await get();
  expect([state, unseen, instances.map((one) => one.state)]).toEqual(["live", undefined, ["live"]]);
});

test("an agent that starts while Docker is silent knows nothing, serves all the same, and is told once when Docker is back", async () => {
  proxy.hangAt(null);
  await local.again();
  expect(await get()).toMatchObject({ state: "unknown", unseen: { state: "live", at: null, why: "not-yet" }, instances: [{ state: "unknown" }] });
  await watch(({ unseen }) => unseen?.why === "docker-away");
  expect((await local.fetch(HOST)).body).toBe("here");
  const seen = watch(isLive);
  proxy.release("goes on");
  expect(await seen).toEqual(["unknown live docker-away", "live"]);
});

test("a stream of events that breaks off makes it unknown until the next look", async () => {
  const seen = watch(({ state }) => state === "unknown");
  proxy.release("is started anew");
  expect(await seen).toEqual(["live", "unknown live docker-away"]);
  await watch(isLive);
});

test("a Docker that is gone for a while is waited for, and told with the time until which it was there", async () => {
  const before = Date.now();
  await proxy.close();
  await watch(({ state }) => state === "unknown");
  const { unseen, stateSince } = await get();
  expect([unseen!.why, unseen!.at! >= before, stateSince === unseen!.at]).toEqual(["docker-away", true, true]);
  expect((await local.fetch(HOST)).body).toBe("here");
  proxy = await startProxy(ENGINE, proxy.socket);
  await watch(isLive);
});

test("one that began again while Docker was away is starting until it answers", async () => {
  await proxy.close();
  await watch(({ state }) => state === "unknown");
  const [container] = await containers();
  await docker(["restart", "-t", "0", container!]);
  const seen = watch(({ state }) => state === "starting");
  proxy = await startProxy(ENGINE, proxy.socket);
  // Where its end is told before its start, it is down in between.
  expect([...new Set(await seen)].filter((state) => state !== "down")).toEqual(["unknown live docker-away", "starting"]);
  const back = watch(isLive);
  // A signal that does nothing to one who does not listen yet.
  const telling = setInterval(() => void docker(["kill", "--signal", "WINCH", container!]).catch(() => {}), 500);
  onTestFinished(() => clearInterval(telling));
  expect(await back).toEqual(["starting", "live"]);
});

test("a container that went while no agent ran is told as down by itself, and as live when it is back", async () => {
  await local.again(async () => docker(["rm", "--force", ...(await containers())]));
  // It is down, and then starting in a container that was made anew, for as long as it takes to answer.
  expect([...new Set(await watch(isLive))].filter((state) => state !== "starting")).toEqual(["unknown live not-yet", "down", "live"]);
});
