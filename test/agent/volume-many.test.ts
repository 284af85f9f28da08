// Several instances of an image that was pulled: each has volumes of its own, and one yes names the paths of all.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Service } from "../../agent/contract/index.ts";
import { freePort } from "../world/git/server.ts";
import { accepts } from "../world/hub.ts";
import { ensureImage } from "../world/images/images.ts";
import { beginRun, endRun, type WorldRun } from "../world/run.ts";
import { until } from "../world/wait.ts";
import { startLocalAgent, type LocalAgent } from "./in-process.ts";
import { containersOf, docker, readIn, said, stands, volumesOf, write } from "./volumes.ts";

let world: WorldRun;
let local: LocalAgent;
let service: Service;
let reference: string;
const config = (replicas: number) => ({ source: { type: "image" as const, reference }, healthSeconds: 1, drainSeconds: 20, replicas });
/** One in which there is /tmp/last says something at its end, into its volume. */
const APP = 'const fs = require("fs"); process.on("SIGTERM", () => { if (fs.existsSync("/tmp/last")) fs.writeFileSync("/data/file", "last words"); process.exit(0) }); console.log("ready"); setInterval(() => {}, 1000)';

/** An image that is only in a registry on this machine, which Docker asks without TLS. */
async function offer(): Promise<string> {
  const address = `127.0.0.1:${await freePort("127.0.0.1")}`;
  const folder = join(world.folder, "images");
  await writeFile(join(world.folder, "registry.json"), JSON.stringify({ version: "0.1", storage: { filesystem: { rootdirectory: folder } }, http: { addr: address } }));
  await world.daemon("registry", ["docker-registry", "serve", join(world.folder, "registry.json")]);
  await until(`the registry on ${address}`, () => accepts("127.0.0.1", Number(address.split(":")[1])), { within: 90_000 });
  const name = `${address}/keeps:1`;
  await ensureImage("node:24-slim");
  const made = (await docker("create", "node:24-slim")).trim();
  await docker("commit", "--change", 'VOLUME ["/data"]', "--change", `CMD ${JSON.stringify(["node", "-e", APP])}`, made, name);
  await docker("rm", made);
  await docker("push", "--quiet", name);
  await docker("rmi", name);
  return name;
}

beforeAll(async () => {
  world = await beginRun();
  reference = await offer();
  local = await startLocalAgent();
  const project = await local.client.projects.create({ name: "Many" });
  service = await local.client.services.create({ environmentId: project.environments[0]!.id, name: "keeper", shape: "worker", config: config(3) });
});
afterAll(async () => {
  await local?.stop();
  if (reference) await docker("rmi", "--force", reference).catch(() => {});
  if (world) await endRun(world.folder);
});

const deploy = async (discard: string[] = []) => local.deployed((await local.client.deployments.start({ serviceId: service.id, discard })).id);
const volumesNow = async () => Promise.all((await containersOf(service.id)).map(async (id) => (await volumesOf(id))["/data"]!));

test("data in one of three instances is enough to be asked for, and the yes is to the volumes of all three", async () => {
  const first = await deploy();
  expect([first.problem, first.warnings.map(({ code, lists }) => [code, lists?.paths])]).toEqual([null, [["IMAGE_HAS_VOLUMES", ["/data"]]]]);
  const [, second] = await containersOf(service.id);
  await write(second!, "/data/file");
  const volumes = await volumesNow();
  expect(new Set(volumes).size).toBe(3);
  await expect(local.client.services.restart({ id: service.id })).rejects.toMatchObject({ data: { code: "VOLUME_DATA_WOULD_GO", lists: { paths: ["/data"] } } });

  const { job } = await local.client.services.restart({ id: service.id, discard: ["/data"] });
  const ended = await local.ended(job.id);
  expect([ended.problem, ended.warnings, await Promise.all(volumes.map(stands))]).toEqual([null, [], [false, false, false]]);
  expect(await Promise.all((await volumesNow()).map(stands))).toEqual([true, true, true]);
});

test("instances that go when there are to be fewer leave only what nobody was asked for", async () => {
  const before = await containersOf(service.id);
  const volumes = await volumesNow();
  await said(before[0]!, "ready");
  await write(before[0]!, "/tmp/last");
  await local.client.services.update({ id: service.id, config: config(1) });
  const { problem, warnings } = await deploy();
  expect([problem, (await containersOf(service.id)).length, await Promise.all(volumes.map(stands))]).toEqual([null, 1, [true, false, false]]);
  expect(warnings.filter(({ code }) => code === "VOLUME_DATA_KEPT").map(({ lists }) => lists?.volumes)).toEqual([[`/data in ${volumes[0]}`]]);
  expect(await readIn(volumes[0]!, "file")).toBe("last words");
  await docker("volume", "rm", volumes[0]!);
});
