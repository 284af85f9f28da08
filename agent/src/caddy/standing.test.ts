import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run } from "../sandbox/index.ts";
import { account, caddyForTests } from "./caddy.fixture.ts";
import { whatStarted } from "./keeper/started.ts";
import { adminSocket } from "./place.ts";
import { socketRequest } from "./socket-request.ts";

const { own, app, get, make } = caddyForTests();

test("outlives the one who started it, is adopted without a change, and is started again when it is gone", async () => {
  const target = await app(() => ({ body: "kept" }));
  await own.caddy.sync([{ serviceId: "k", hostnames: ["kept.test"], target }]);
  const before = await whatStarted(own.dataDir);
  await make().ensure();
  expect(await whatStarted(own.dataDir)).toEqual(before);
  process.kill(before!.pid, "SIGKILL");
  await expect.poll(() => get("kept.test").then(({ body }) => body, () => "gone")).toBe("kept");
});

test("another program on the port is named", async () => {
  const other = await mkdtemp(join(tmpdir(), "aeroplane-caddy-"));
  try {
    const second = make(other);
    await expect(second.ensure()).rejects.toMatchObject({ problem: { code: "PORT_IN_USE", values: { port: own.httpPort } } });
  } finally {
    await rm(other, { recursive: true, force: true });
  }
});

test.skipIf(account === null)("its user reads routes and sites alone, and nobody else reaches its admin socket", async () => {
  await writeFile(join(own.dataDir, "key"), "secret", { mode: 0o600 });
  const as = async (uid: number, argv: [string, ...string[]]) => (await run(argv, { cwd: "/", env: {}, account: { uid, gid: uid } })).code;
  const caddyUid = account!.uid;
  expect(await as(caddyUid, ["cat", join(own.dataDir, "key")])).not.toBe(0);
  expect(await as(caddyUid, ["touch", join(own.dataDir, "routes", "hosts", "x.test")])).not.toBe(0);
  expect(await as(caddyUid, ["ls", join(own.dataDir, "routes", "hosts")])).toBe(0);
  expect(await as(65534, ["stat", adminSocket(own.dataDir)])).not.toBe(0);
  expect((await stat(adminSocket(own.dataDir))).mode & 0o777).toBe(0o600);
  expect((await socketRequest({ socket: adminSocket(own.dataDir), path: "/config/", seconds: 5 })).status).toBe(200);
  const closed = join(own.dataDir, "closed");
  await mkdir(join(closed, "data"), { recursive: true });
  await chmod(closed, 0o700);
  await expect(make(join(closed, "data")).ensure()).rejects.toMatchObject({
    problem: { code: "CADDY_UNAVAILABLE" },
  });
});
