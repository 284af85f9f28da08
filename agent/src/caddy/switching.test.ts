import { expect, test } from "vitest";
import { makeLoad } from "../../../test/load/load.ts";
import { caddyForTests } from "./caddy.fixture.ts";
import { knownIn } from "./config.ts";
import { adminSocket } from "./place.ts";
import { socketRequest } from "./socket-request.ts";

const { own, app, get, confirm } = caddyForTests();

test("sync makes the files equal to what is wanted", async () => {
  const [one, two] = [await app(() => ({ body: "one" })), await app(() => ({ body: "two" }))];
  await own.caddy.sync([{ serviceId: "a", hostnames: ["one.test"], target: one }, { serviceId: "b", hostnames: ["two.test"], target: two }]);
  expect([(await get("one.test")).body, (await get("two.test")).body]).toEqual(["one", "two"]);
  await own.caddy.sync([{ serviceId: "b", hostnames: ["one.test"], target: two }, { serviceId: "c", hostnames: [], target: one }]);
  expect([(await get("one.test")).body, (await get("two.test")).status]).toEqual(["two", 404]);
  expect([await own.caddy.current("a"), await own.caddy.current("c")]).toEqual([null, one]);
});

test("no request fails while targets and hostnames change", async () => {
  const targets = [await app(() => ({ body: "" })), await app(() => ({ body: "" }))];
  await own.caddy.sync([{ serviceId: "w", hostnames: ["load.test"], target: targets[0]! }]);
  const load = await makeLoad({ address: "127.0.0.1", port: own.httpPort, hostname: "load.test", rate: 200, path: "/", echoPath: "/", slowPath: "/", slowEvery: 20, timeoutSeconds: 60 });
  try {
    await load.phase("switching");
    for (let i = 1; i <= 100; i++) {
      const target = targets[i % 2]!;
      await own.caddy.setTarget("w", target);
      await confirm("load.test", target);
      if (i % 10 === 0) await own.caddy.setHostnames("x", [`x${i}.test`]);
      if (i % 25 === 0) await own.caddy.sync([{ serviceId: "w", hostnames: ["load.test"], target }]);
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
  await own.caddy.setTarget("k1", one);
  await own.caddy.setTarget("k2", two);
  await own.caddy.setHostnames("k1", ["known.test"]);
  await own.caddy.restart();
  const config = JSON.parse((await socketRequest({ socket: adminSocket(own.dataDir), path: "/config/", headers: { host: "localhost" }, seconds: 60 })).body) as unknown;
  expect(knownIn(config)).toEqual(["known.test"]);
  for (const host of ["known.test", "KNOWN.test", "known.test."]) expect(await get(host)).toMatchObject({ status: 200, release: one.releaseId });
  await confirm("known.test", one);

  await own.caddy.setHostnames("k2", ["later.test"]);
  expect(await get("later.test")).toMatchObject({ status: 200, release: two.releaseId });
  await own.caddy.setTarget("k1", { type: "stopped" });
  expect(await get("known.test")).toMatchObject({ status: 503, release: null });
  await own.caddy.setHostnames("k1", []);
  expect((await get("known.test")).status).toBe(404);
  // Another service takes the name over.
  await own.caddy.setHostnames("k2", ["known.test"]);
  expect(await get("known.test")).toMatchObject({ status: 200, release: two.releaseId });
  expect((await get("later.test")).status).toBe(404);
  await own.caddy.remove("k2");
  expect((await get("known.test")).status).toBe(404);
  await own.caddy.ensure();
  expect(await own.caddy.look()).toBe("own");
});

test("requests of a held service wait and go through once, whether its host was known or came later", async () => {
  const bodies: string[] = [];
  const [before, after] = [await app(() => ({ body: "before" })), await app((path) => (bodies.push(path), { body: "after " }))];
  await own.caddy.setTarget("h1", before);
  await own.caddy.setHostnames("h1", ["held.test"]);
  await own.caddy.restart();
  for (const host of ["held.test", "held-later.test"]) {
    await own.caddy.setHostnames("h1", [host]);
    await own.caddy.setTarget("h1", before);
    await own.caddy.hold("h1");
    expect(await own.caddy.current("h1")).toMatchObject({ type: "held" });
    let answered = 0;
    const waiting = Array.from({ length: 5 }, (_, at) => get(host, `/${host}/${at}`).finally(() => (answered += 1)));
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(answered).toBe(0);
    await own.caddy.setTarget("h1", after);
    for (const answer of await Promise.all(waiting)) expect(answer).toMatchObject({ status: 200, release: after.releaseId });
    expect(bodies.splice(0).sort()).toEqual(Array.from({ length: 5 }, (_, at) => `/${host}/${at}`));
    expect((await get(host, "/direct")).status).toBe(200);
    bodies.length = 0;
  }
});
