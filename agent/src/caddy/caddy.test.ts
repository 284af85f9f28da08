import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { caddyBin } from "../../../test/world/parts.ts";
import { makeLoad } from "../../../test/load/load.ts";
import { accountsOf, run } from "../sandbox/index.ts";
import { whatStarted } from "./keeper/started.ts";
import { adminSocket } from "./place.ts";
import { createCaddy, type Caddy, type RouteTarget } from "./index.ts";
import { socketRequest } from "./socket-request.ts";
import { parseTarget, targetName } from "./target.ts";
import { knownIn } from "./config.ts";
import { admissible, endsQuietStreams } from "./known.ts";

const account = accountsOf("0198c0de-0000-7000-8000-000000000002")?.caddy ?? null;
let dataDir = "";
let bin = "";
let httpPort = 0;
let caddy: Caddy;
const servers: Server[] = [];

async function app(answer: (path: string) => { status?: number; headers?: Record<string, string>; body: string }): Promise<RouteTarget & { type: "app" }> {
  const server = createServer((request, response) => {
    const { status = 200, headers = {}, body } = answer(request.url ?? "");
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const text = body + Buffer.concat(parts).toString();
      response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(text) }).end(text);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { type: "app", addresses: ["127.0.0.1"], port, releaseId: `release-${port}` };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** One request written by hand: clients would tidy the host up. */
function get(host: string, path = "/"): Promise<{ status: number; release: string | null; body: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(httpPort, "127.0.0.1", () => socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`));
    let text = "";
    socket.on("data", (part: Buffer) => (text += part.toString()));
    socket.on("error", reject);
    socket.on("end", () => {
      const [head = "", body = ""] = text.split("\r\n\r\n");
      resolve({ status: Number(head.split(" ")[1]), release: /^x-aeroplane-release: (.*)$/im.exec(head)?.[1] ?? null, body });
    });
  });
}

const make = () => createCaddy({ dataDir, bin, httpAddress: "127.0.0.1", httpPort, account, unit: null });
const confirm = (hostname: string, target: RouteTarget, seconds = 5) => caddy.confirm({ serviceName: "web", hostname, target, seconds });

beforeAll(async () => {
  bin = await caddyBin();
  dataDir = await mkdtemp(join(tmpdir(), "aeroplane-caddy-"));
  httpPort = await freePort();
  caddy = make();
  await caddy.ensure();
});
afterEach(async () => {
  await caddy.sync([]);
});
afterAll(async () => {
  await caddy?.stop();
  for (const server of servers) server.close();
  await rm(dataDir, { recursive: true, force: true });
});

test("a target is the name of a file and back", () => {
  const targets: RouteTarget[] = [
    { type: "app", addresses: ["10.1.2.3"], port: 80, releaseId: "r-1" },
    { type: "app", addresses: ["10.1.2.3", "10.1.2.4", "10.1.2.5"], port: 80, releaseId: "r-1" },
    { type: "app", addresses: ["fd00::1", "fd00::2"], port: 8080, releaseId: "r-1" },
    { type: "site", serviceId: "s", releaseId: "r" },
    { type: "stopped" },
  ];
  expect(targets.map((target) => parseTarget(targetName(target)))).toEqual(targets);
  expect(() => targetName({ type: "site", serviceId: "../x", releaseId: "r" })).toThrow();
  expect(parseTarget("something@else")).toBeNull();
});

test("sends a hostname to its target, in any spelling, and everything else to the page that nothing is here", async () => {
  const target = await app((path) => ({ body: `app ${path} ` }));
  await caddy.setHostnames("s1", ["a.test"]);
  expect((await get("a.test")).status).toBe(404);
  await caddy.setTarget("s1", target);
  await confirm("a.test", target);
  const there = { status: 200, release: target.releaseId, body: expect.stringContaining("app /x?y=1") };
  for (const host of ["a.test", "A.Test", "a.test.", `a.test:${httpPort}`]) expect(await get(host, "/x?y=1")).toEqual(there);
  for (const host of ["b.test", "..", ".", "*", "[a].test", "a.test/../a.test", "s1", `..\\a`]) {
    expect([host, (await get(host)).status]).toEqual([host, expect.toSatisfy((status) => status === 404 || status === 400)]);
  }
  await caddy.setTarget("s1", { type: "stopped" });
  await confirm("a.test", { type: "stopped" });
  expect(await get("a.test")).toEqual({ status: 503, release: null, body: expect.stringContaining("stopped") });
  expect(await caddy.current("s1")).toEqual({ type: "stopped" });
  await caddy.remove("s1");
  expect([(await get("a.test")).status, await caddy.current("s1")]).toEqual([404, null]);
});

test("an app that claims to be another release is not believed", async () => {
  const real = await app(() => ({ body: "real" }));
  const liar = await app(() => ({ body: "liar", headers: { "x-aeroplane-target": targetName(real), "x-aeroplane-release": real.releaseId } }));
  await caddy.setHostnames("s2", ["liar.test"]);
  await caddy.setTarget("s2", liar);
  await expect(confirm("liar.test", real, 0.5)).rejects.toMatchObject({ problem: { code: "ROUTE_NOT_CONFIRMED" } });
  await confirm("liar.test", liar);
  expect((await get("liar.test")).release).toBe(liar.releaseId);
});

test("several instances take turns, and one that is away costs no request", async () => {
  const port = await freePort();
  const addresses = ["127.0.0.2", "127.0.0.3", "127.0.0.4"];
  const apps = addresses.map((address) => createServer((_, response) => response.end(address)).listen(port, address));
  servers.push(...apps);
  await caddy.setHostnames("many", ["many.test"]);
  const target: RouteTarget = { type: "app", addresses, port, releaseId: "many" };
  await caddy.setTarget("many", target);
  await confirm("many.test", target);
  const spread = async () => {
    const seen: Record<string, number> = {};
    for (let i = 0; i < 30; i += 1) {
      const { status, release, body } = await get("many.test");
      const answered = `${status} ${release} ${body.trim().split("\r\n").at(-2) ?? body}`;
      seen[answered] = (seen[answered] ?? 0) + 1;
    }
    return seen;
  };
  expect(await spread()).toEqual(Object.fromEntries(addresses.map((address) => [`200 many ${address}`, 10])));
  await new Promise((resolve) => apps[1]!.close(resolve));
  const left = await spread();
  expect([Object.keys(left).sort(), Object.values(left).reduce((sum, count) => sum + count)]).toEqual([["200 many 127.0.0.2", "200 many 127.0.0.4"], 30]);
});

test("what does not answer is told so, and can fail no confirmation: that is the trial's", async () => {
  const dead: RouteTarget = { type: "app", addresses: ["127.0.0.1"], port: await freePort(), releaseId: "dead" };
  await caddy.setHostnames("s3", ["dead.test"]);
  await caddy.setTarget("s3", dead);
  await confirm("dead.test", dead);
  expect(await get("dead.test")).toEqual({ status: 502, release: null, body: expect.stringContaining("does not answer") });
});

test("serves a site's files, its own page for what is missing, and nothing outside", async () => {
  const root = join(dataDir, "sites", "s4", "r1");
  await mkdir(root, { recursive: true });
  await writeFile(join(root, "index.html"), "home {file./etc/hostname}");
  await writeFile(join(root, "about.html"), "about");
  await mkdir(join(root, "docs"));
  await writeFile(join(root, "docs", "index.html"), "docs");
  for (const name of ["100%.txt", "a b.txt", "{file.x}", "q?x.txt", "[a]*.txt", ".well-known"]) await writeFile(join(root, name), name);
  await writeFile(join(root, "{http.request.host}.html"), "braces");
  const target: RouteTarget = { type: "site", serviceId: "s4", releaseId: "r1" };
  await caddy.setHostnames("s4", ["site.test"]);
  await caddy.setTarget("s4", target);
  await confirm("site.test", target);
  expect(await get("site.test")).toEqual({ status: 200, release: "r1", body: "home {file./etc/hostname}" });
  expect((await get("site.test", "/about")).body).toBe("about");
  expect((await get("site.test", "/docs/")).body).toBe("docs");
  expect((await get("site.test", "/docs")).status).toBe(308);
  for (const name of ["100%.txt", "a b.txt", "{file.x}", "q?x.txt", "[a]*.txt", ".well-known"]) {
    expect((await get("site.test", `/${encodeURIComponent(name)}`)).body).toBe(name);
  }
  expect((await get("site.test", "/{http.request.host}")).body).toBe("braces");
  expect((await get("site.test", "/*")).status).toBe(404);
  expect(await get("site.test", "/missing")).toMatchObject({ status: 404, body: expect.stringContaining("Page not found") });
  await writeFile(join(root, "404.html"), "own page");
  expect(await get("site.test", "/missing")).toMatchObject({ status: 404, body: "own page" });
  for (const path of ["/../../../key", "/..%2f..%2f..%2fkey", "//etc/passwd", "/%2e%2e/%2e%2e/store.db"]) {
    expect((await get("site.test", path)).body).not.toContain("root:");
  }
});

test("sync makes the files equal to what is wanted", async () => {
  const [one, two] = [await app(() => ({ body: "one" })), await app(() => ({ body: "two" }))];
  await caddy.sync([{ serviceId: "a", hostnames: ["one.test"], target: one }, { serviceId: "b", hostnames: ["two.test"], target: two }]);
  expect([(await get("one.test")).body, (await get("two.test")).body]).toEqual(["one", "two"]);
  await caddy.sync([{ serviceId: "b", hostnames: ["one.test"], target: two }, { serviceId: "c", hostnames: [], target: one }]);
  expect([(await get("one.test")).body, (await get("two.test")).status]).toEqual(["two", 404]);
  expect([await caddy.current("a"), await caddy.current("c")]).toEqual([null, one]);
});

test("outlives the one who started it, is adopted without a change, and is started again when it is gone", async () => {
  const target = await app(() => ({ body: "kept" }));
  await caddy.sync([{ serviceId: "k", hostnames: ["kept.test"], target }]);
  const before = await whatStarted(dataDir);
  await make().ensure();
  expect(await whatStarted(dataDir)).toEqual(before);
  process.kill(before!.pid, "SIGKILL");
  await expect.poll(() => get("kept.test").then(({ body }) => body, () => "gone"), { timeout: 20_000 }).toBe("kept");
});

test("another program on the port is named", async () => {
  const other = await mkdtemp(join(tmpdir(), "aeroplane-caddy-"));
  try {
    const second = createCaddy({ dataDir: other, bin, httpAddress: "127.0.0.1", httpPort, account, unit: null });
    await expect(second.ensure()).rejects.toMatchObject({ problem: { code: "PORT_IN_USE", values: { port: httpPort } } });
  } finally {
    await rm(other, { recursive: true, force: true });
  }
});

test("its user reads routes and sites alone, and nobody else reaches its admin socket", async () => {
  if (account === null) return;
  await writeFile(join(dataDir, "key"), "secret", { mode: 0o600 });
  const as = async (uid: number, argv: [string, ...string[]]) => (await run(argv, { cwd: "/", env: {}, account: { uid, gid: uid } })).code;
  expect(await as(account.uid, ["cat", join(dataDir, "key")])).not.toBe(0);
  expect(await as(account.uid, ["touch", join(dataDir, "routes", "hosts", "x.test")])).not.toBe(0);
  expect(await as(account.uid, ["ls", join(dataDir, "routes", "hosts")])).toBe(0);
  expect(await as(65534, ["stat", adminSocket(dataDir)])).not.toBe(0);
  expect((await stat(adminSocket(dataDir))).mode & 0o777).toBe(0o600);
  expect((await socketRequest({ socket: adminSocket(dataDir), path: "/config/", seconds: 5 })).status).toBe(200);
  const closed = join(dataDir, "closed");
  await mkdir(join(closed, "data"), { recursive: true });
  await chmod(closed, 0o700);
  await expect(createCaddy({ dataDir: join(closed, "data"), bin, httpAddress: "127.0.0.1", httpPort, account, unit: null }).ensure()).rejects.toMatchObject({
    problem: { code: "CADDY_UNAVAILABLE" },
  });
});

test("no request fails while targets and hostnames change", async () => {
  const targets = [await app(() => ({ body: "" })), await app(() => ({ body: "" }))];
  await caddy.sync([{ serviceId: "w", hostnames: ["load.test"], target: targets[0]! }]);
  const load = await makeLoad({ address: "127.0.0.1", port: httpPort, hostname: "load.test", rate: 200, path: "/", echoPath: "/", slowPath: "/", slowEvery: 20, timeoutSeconds: 10 });
  try {
    await load.phase("switching");
    for (let i = 1; i <= 100; i++) {
      const target = targets[i % 2]!;
      await caddy.setTarget("w", target);
      await confirm("load.test", target);
      if (i % 10 === 0) await caddy.setHostnames("x", [`x${i}.test`]);
      if (i % 25 === 0) await caddy.sync([{ serviceId: "w", hostnames: ["load.test"], target }]);
    }
    const [result] = await load.finish();
    expect(result).toMatchObject({ failed: 0, failures: [] });
    expect(Object.keys(result!.releases).length).toBe(2);
  } finally {
    load.stop();
  }
});

test("hostnames that stood when Caddy started stand in its config, and go, come and move without another", async () => {
  const [one, two] = [await app(() => ({ body: "one" })), await app(() => ({ body: "two" }))];
  await caddy.setTarget("k1", one);
  await caddy.setTarget("k2", two);
  await caddy.setHostnames("k1", ["known.test"]);
  await caddy.restart();
  const config = JSON.parse((await socketRequest({ socket: adminSocket(dataDir), path: "/config/", headers: { host: "localhost" }, seconds: 5 })).body) as unknown;
  expect(knownIn(config)).toEqual(["known.test"]);
  for (const host of ["known.test", "KNOWN.test", "known.test."]) expect(await get(host)).toMatchObject({ status: 200, release: one.releaseId });
  await confirm("known.test", one);

  await caddy.setHostnames("k2", ["later.test"]);
  expect(await get("later.test")).toMatchObject({ status: 200, release: two.releaseId });
  await caddy.setTarget("k1", { type: "stopped" });
  expect(await get("known.test")).toMatchObject({ status: 503, release: null });
  await caddy.setHostnames("k1", []);
  expect((await get("known.test")).status).toBe(404);
  // Another service takes the name over.
  await caddy.setHostnames("k2", ["known.test"]);
  expect(await get("known.test")).toMatchObject({ status: 200, release: two.releaseId });
  expect((await get("later.test")).status).toBe(404);
  await caddy.remove("k2");
  expect((await get("known.test")).status).toBe(404);
  await caddy.ensure();
  expect(await caddy.look()).toBe("own");
});

test("requests of a held service wait and go through once, whether its host was known or came later", async () => {
  const bodies: string[] = [];
  const [before, after] = [await app(() => ({ body: "before" })), await app((path) => (bodies.push(path), { body: "after " }))];
  await caddy.setTarget("h1", before);
  await caddy.setHostnames("h1", ["held.test"]);
  await caddy.restart();
  for (const host of ["held.test", "held-later.test"]) {
    await caddy.setHostnames("h1", [host]);
    await caddy.setTarget("h1", before);
    await caddy.hold("h1");
    expect(await caddy.current("h1")).toMatchObject({ type: "held" });
    let answered = 0;
    const waiting = Array.from({ length: 5 }, (_, at) => get(host, `/${host}/${at}`).finally(() => (answered += 1)));
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(answered).toBe(0);
    await caddy.setTarget("h1", after);
    for (const answer of await Promise.all(waiting)) expect(answer).toMatchObject({ status: 200, release: after.releaseId });
    expect(bodies.splice(0).sort()).toEqual(Array.from({ length: 5 }, (_, at) => `/${host}/${at}`));
    expect((await get(host, "/direct")).status).toBe(200);
    bodies.length = 0;
  }
});

test("what is no hostname never enters the config", () => {
  expect(admissible(["b.test", "a.test", "b.test", "{env.HOME}.test", "{file./etc/shadow}", "A.test", "..", "*.test"])).toEqual(["a.test", "b.test"]);
  expect(["v2.11.4", "v2.11.6", "v2.12.0", "unknown", null].map(endsQuietStreams)).toEqual([false, true, true, false, false]);
});
