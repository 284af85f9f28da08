import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { toProblem } from "../../contract/problem.ts";
import { ask, openDocker, type Docker } from "./client.ts";
import { createContainer, inspectContainer, listContainers, removeContainer } from "./container.ts";
import { whileItAnswers } from "./engine.ts";
import { followEvents } from "./events.ts";
import { createNetwork } from "./network.ts";
import { pullImage } from "./pull.ts";
import { silent } from "./pulse.ts";
import { waitForExit } from "./wait.ts";

const MOST = 0.4;
/** Where an answer must come in time, also on a machine that pauses. */
const AMPLE = 2;
const clean: (() => unknown)[] = [];
afterEach(async () => {
  for (const work of clean.splice(0).reverse()) await work();
});

type Answerer = (request: IncomingMessage, response: ServerResponse) => void;
const nothing: Answerer = () => {};
const json = (body: unknown): Answerer => (_, response) => void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));

/** An engine on a socket of its own that does as it is told at the moment. */
async function engine(first: Answerer, most = MOST) {
  const folder = mkdtempSync(join(tmpdir(), "aeroplane-engine-"));
  const socket = join(folder, "docker.sock");
  const state = { does: first, asked: [] as string[], left: 0 };
  const server = createServer((request, response) => {
    state.asked.push(`${request.method} ${request.url?.split("?")[0]}`);
    response.on("close", () => response.writableEnded || (state.left += 1));
    state.does(request, response);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  clean.push(() => rmSync(folder, { recursive: true }));
  clean.push(() => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))));
  return { state, docker: openDocker(socket, most) };
}

const outcome = (work: Promise<unknown>) => work.then(() => "done", (error: unknown) => toProblem(error));

test("an engine that accepts and never answers ends a call with a code, and its request", async () => {
  const { state, docker } = await engine(nothing);
  expect(await outcome(listContainers(docker, "x"))).toMatchObject({ code: "DOCKER_SILENT", retry: true, values: { seconds: 1, act: "list the containers" } });
  await expect.poll(() => state.left).toBe(1);
});

test("an engine that gave nothing in the whole time of an act is silent; one that answered others meanwhile is not", async () => {
  const { state, docker } = await engine(nothing);
  await outcome(listContainers(docker, "x"));
  expect(docker.pulse.silentSince()).not.toBeNull();

  const other = await engine((request, response) => void (request.url === "/_ping" && response.end("OK")), AMPLE);
  const asked = setInterval(() => void other.docker.ping(), MOST * 250);
  clean.push(() => clearInterval(asked));
  expect(await outcome(listContainers(other.docker, "x"))).toMatchObject({ code: "DOCKER_SILENT" });
  expect(other.docker.pulse.silentSince()).toBeNull();
  expect(state.asked).toContain("GET /containers/json");
});

test("that the ping is told of a silence too is no sign of life", async () => {
  const { state, docker } = await engine(nothing, AMPLE);
  const pull = outcome(pullImage(docker, "nginx:1", { signal: new AbortController().signal, log: () => {} }));
  // The whole time of an act is over while the ping waits, which the pull had led to.
  state.does = ({ url }) => void (url === "/_ping" && docker.pulse.gaveNone());
  expect(await pull).toMatchObject({ code: "DOCKER_SILENT" });
  await expect.poll(() => state.left).toBe(2);
  expect([state.asked, docker.pulse.silentSince() === null]).toEqual([["POST /images/create", "GET /_ping"], false]);
});

test("what talks to the engine by itself is not begun while the engine is silent", async () => {
  const { docker } = await engine(nothing);
  await outcome(listContainers(docker, "x"));
  let begun = false;
  const built = whileItAnswers(docker, "build", new AbortController().signal, async () => void (begun = true));
  expect([await outcome(built), begun]).toMatchObject([{ code: "DOCKER_SILENT", values: { act: "build" } }, false]);
});

test("events are followed again as soon as an engine that was silent answers, however long it was", async () => {
  // Without that, eight tries take a minute.
  const stop = new AbortController();
  let tries = 0;
  const docker = {
    getEvents: async () => {
      tries += 1;
      throw silent({ words: "tell what happens" }, 1);
    },
    pulse: { onHeardAgain: (hear: () => void) => (tries < 8 ? setImmediate(hear) : stop.abort(), () => {}) },
  } as unknown as Docker;
  await followEvents(docker, { instance: "x", signal: stop.signal, onEvent: () => {}, onConnect: () => {}, onLost: () => {} });
  expect(tries).toBe(8);
});

test("what waits for as long as it takes goes on while the engine gives signs of life, and ends when it gives none", async () => {
  let alive = true;
  const { state, docker } = await engine((request, response) => {
    if (request.url === "/_ping" && alive) response.end("OK");
  }, AMPLE);
  const ended = outcome(waitForExit(docker, "c", new AbortController().signal));
  await expect.poll(() => state.asked.filter((what) => what === "GET /_ping").length).toBeGreaterThan(1);
  expect(await Promise.race([ended, "waits"])).toBe("waits");
  alive = false;
  expect(await ended).toMatchObject({ code: "DOCKER_SILENT", values: { act: "tell when a container ends" } });
});

test("one that is known to be silent is not asked again, until it says that it is there", async () => {
  const { state, docker } = await engine(nothing, AMPLE);
  const ended = outcome(waitForExit(docker, "c", new AbortController().signal));
  expect(await ended).toMatchObject({ code: "DOCKER_SILENT" });
  expect(docker.pulse.silentSince()).not.toBeNull();
  expect(await outcome(inspectContainer(docker, "c"))).toMatchObject({ code: "DOCKER_SILENT" });
  expect(state.asked).not.toContain("GET /containers/c/json");

  state.does = json([]);
  await expect.poll(() => docker.pulse.silentSince()).toBeNull();
  expect(await listContainers(docker, "x")).toEqual([]);
});

test("a stream that waits for what may never happen is not ended by quiet", async () => {
  const { docker } = await engine((request, response) => {
    if (request.url?.startsWith("/events")) response.writeHead(200).flushHeaders();
    else response.end("OK");
  });
  const stop = new AbortController();
  let connected = 0;
  const following = followEvents(docker, { instance: "x", signal: stop.signal, onEvent: () => {}, onConnect: () => (connected += 1), onLost: () => {} });
  await expect.poll(() => connected).toBe(1);
  await sleep(4 * MOST * 1000);
  stop.abort();
  await following;
  expect(connected).toBe(1);
});

test("the caller's signal ends a call", async () => {
  const { docker } = await engine(nothing);
  const enough = new AbortController();
  const why = new Error("enough");
  setTimeout(() => enough.abort(why), 50);
  await expect(ask(() => docker.listContainers({ abortSignal: enough.signal }))).rejects.toBe(why);
});

test("a change that is not in the table is refused", async () => {
  const { state, docker } = await engine(json({}));
  await expect(docker.getContainer("c").pause()).rejects.toThrow("POST /containers/c/pause");
  await removeContainer(docker, "c");
  expect(state.asked).toEqual(["DELETE /containers/c"]);
});

test("what is made stands in the body of a request, however long, and nothing of it in the address", async () => {
  const seen: { url: string; body: string }[] = [];
  const { docker } = await engine((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      seen.push({ url: request.url ?? "", body });
      json({ Id: "made" })(request, response);
    });
  });
  const secret = `secret${"x".repeat(100_000)}`;
  const owner = { instance: "i", service: "s" };
  await createContainer(docker, { name: "web-1", image: "sha256:1", owner, env: [`KEY=${secret}`], entrypoint: null, command: null, init: true, network: "n", address: "10.0.0.2", hostsFile: "/hosts", limits: { memory: 2 ** 26, processes: 64 } });
  await createNetwork(docker, { name: "net", owner, subnet: "10.0.0.0/24", gateway: "10.0.0.1", bridge: "br0" });
  expect(seen.map(({ url }) => url)).toEqual(["/containers/create?name=web-1", "/networks/create?"]);
  expect(seen.map(({ body }) => Object.keys(JSON.parse(body) as object))).toEqual([expect.arrayContaining(["Image", "Env", "HostConfig"]), expect.arrayContaining(["Name", "IPAM", "Labels"])]);
  expect(seen[0]!.body).toContain(secret);
});
