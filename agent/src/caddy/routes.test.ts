import { createServer } from "node:http";
import { expect, test } from "vitest";
import { caddyForTests } from "./caddy.fixture.ts";
import type { RouteTarget } from "./index.ts";
import { targetName } from "./target.ts";

const { own, servers, app, freePort, get, confirm } = caddyForTests();

test("sends a hostname to its target, in any spelling, and everything else to the page that nothing is here", async () => {
  const target = await app((path) => ({ body: `app ${path} ` }));
  await own.caddy.setHostnames("s1", ["a.test"]);
  expect((await get("a.test")).status).toBe(404);
  await own.caddy.setTarget("s1", target);
  await confirm("a.test", target);
  const there = { status: 200, release: target.releaseId, body: expect.stringContaining("app /x?y=1") };
  for (const host of ["a.test", "A.Test", "a.test.", `a.test:${own.httpPort}`, "a.test.:", "A.test:"]) expect(await get(host, "/x?y=1")).toEqual(there);
  for (const host of ["b.test", "..", ".", "*", "[a].test", "a.test/../a.test", "s1", `..\\a`]) {
    expect([host, (await get(host)).status]).toEqual([host, expect.toSatisfy((status) => status === 404 || status === 400)]);
  }
  await own.caddy.setTarget("s1", { type: "stopped" });
  await confirm("a.test", { type: "stopped" });
  expect(await get("a.test")).toEqual({ status: 503, release: null, body: expect.stringContaining("stopped") });
  expect(await own.caddy.current("s1")).toEqual({ type: "stopped" });
  await own.caddy.remove("s1");
  expect([(await get("a.test")).status, await own.caddy.current("s1")]).toEqual([404, null]);
});

test("an app that claims to be another release is not believed", async () => {
  const real = await app(() => ({ body: "real" }));
  const liar = await app(() => ({ body: "liar", headers: { "x-aeroplane-target": targetName(real), "x-aeroplane-release": real.releaseId } }));
  await own.caddy.setHostnames("s2", ["liar.test"]);
  await own.caddy.setTarget("s2", liar);
  await expect(confirm("liar.test", real, 0.5)).rejects.toMatchObject({ problem: { code: "ROUTE_NOT_CONFIRMED" } });
  await confirm("liar.test", liar);
  expect((await get("liar.test")).release).toBe(liar.releaseId);
});

test("several instances take turns, and one that is away costs no request", async () => {
  const port = await freePort();
  const addresses = ["127.0.0.2", "127.0.0.3", "127.0.0.4"];
  const apps = addresses.map((address) => createServer((_, response) => response.end(address)).listen(port, address));
  servers.push(...apps);
  await own.caddy.setHostnames("many", ["many.test"]);
  const target: RouteTarget = { type: "app", addresses, port, releaseId: "many" };
  await own.caddy.setTarget("many", target);
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
  await own.caddy.setHostnames("s3", ["dead.test"]);
  await own.caddy.setTarget("s3", dead);
  await confirm("dead.test", dead);
  expect(await get("dead.test")).toEqual({ status: 502, release: null, body: expect.stringContaining("does not answer") });
});
