import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDocker } from "../docker/client.ts";
import { createContainer, listContainers, removeContainer, startContainer } from "../docker/container.ts";
import { objectName } from "../docker/names.ts";
import { listNetworks, removeNetwork } from "../docker/network.ts";
import { imageId } from "../docker/pull.ts";
import { ensureNetwork, networkName } from "./ensure.ts";
import { createPrivateNames, type NamedEnvironment } from "./names.ts";
import { freeVirtualAddress } from "./subnet.ts";
import { canTranslate } from "./table.ts";

const IMAGE = process.env.AEROPLANE_TEST_IMAGE ?? "node:24-slim";
const docker = openDocker("/var/run/docker.sock");
const usable =
  (await imageId(docker, IMAGE).catch(() => null)) !== null && (await canTranslate("aeroplane_probe"));

const instanceId = uuid();
const projectId = uuid();
const environments: NamedEnvironment[] = [];
let folder = "";
const names = () => createPrivateNames({ instanceId, hostsDir: folder, wanted: () => environments });

const SERVER = `require("http").createServer((q, s) => s.end(process.env.RELEASE)).listen(80)`;
/** New connection each, until told to stop: prints how many answers of each kind it saw. */
const CLIENT = `
const http = require("http"); const seen = {}; let stop = false;
const ask = () => new Promise((done) => {
  const q = http.get({ host: "web", agent: false, timeout: 3000 }, (s) => { let t = ""; s.on("data", (d) => t += d); s.on("end", () => done(t)); });
  q.on("timeout", () => q.destroy(new Error("timeout"))); q.on("error", (e) => done("failed: " + e.message));
});
process.on("SIGTERM", () => { stop = true; });
(async () => { console.log("begun"); while (!stop) { const a = await ask(); seen[a] = (seen[a] ?? 0) + 1; } console.log(JSON.stringify(seen)); process.exit(0); })();
`;

async function environment(): Promise<NamedEnvironment & { next: number }> {
  const id = uuid();
  const subnet = await ensureNetwork(
    docker,
    { instanceId, environmentId: id, projectId, subnet: null, others: environments.map((one) => one.subnet) },
    () => {},
  );
  const made = { id, subnet, services: [], next: 2 };
  environments.push(made);
  await names().sync();
  return made;
}

async function container(of: NamedEnvironment, at: number, code: string, env: string[] = []) {
  const address = of.subnet.replace(/0\/24$/, String(at));
  const id = await createContainer(docker, {
    name: objectName(instanceId, uuid()),
    image: IMAGE,
    owner: { instance: instanceId, environment: of.id },
    env,
    command: ["node", "-e", code],
    network: networkName(instanceId, of.id),
    address,
    hostsFile: names().hostsFile(of.id),
  });
  await startContainer(docker, id, "test");
  return { id, address };
}

async function logsOf(id: string): Promise<string> {
  const raw = (await docker.getContainer(id).logs({ stdout: true, stderr: true })) as unknown as Buffer;
  return raw.toString("utf8");
}

async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 50));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "names-"));
});

afterAll(async () => {
  if (!usable) return;
  for (const { id } of await listContainers(docker, instanceId)) await removeContainer(docker, id);
  for (const { name } of await listNetworks(docker, instanceId)) await removeNetwork(docker, name);
  await names().removeTable();
  await rm(folder, { recursive: true });
});

test.skipIf(!usable)("a name follows the live container without a failed request, and means nothing next door", async () => {
  const home = await environment();
  const away = await environment();
  const one = await container(home, 2, SERVER, ["RELEASE=one"]);
  const two = await container(home, 3, SERVER, ["RELEASE=two"]);
  for (const { address } of [one, two]) {
    await until(() => fetch(`http://${address}/`).then(() => true, () => false));
  }
  const virtual = freeVirtualAddress(home.subnet, []);
  const web = { name: "web", virtualAddress: virtual, live: one.address as string | null };
  home.services.push(web);
  away.services.push({ name: "web", virtualAddress: virtual, live: null });
  const shared = names();
  await shared.sync();

  const client = await container(home, 4, CLIENT);
  await until(async () => (await logsOf(client.id)).includes("begun"));
  for (let turn = 0; turn < 10; turn += 1) {
    web.live = turn % 2 === 0 ? two.address : one.address;
    await Promise.all([shared.sync(), shared.sync()]);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await docker.getContainer(client.id).stop({ t: 10 });
  const seen = JSON.parse((await logsOf(client.id)).match(/\{.*\}/)?.[0] ?? "{}") as Record<string, number>;

  const stranger = await container(away, 2, CLIENT);
  await until(async () => (await logsOf(stranger.id)).includes("begun"));
  await docker.getContainer(stranger.id).stop({ t: 10 });
  const refused = JSON.parse((await logsOf(stranger.id)).match(/\{.*\}/)?.[0] ?? "{}") as Record<string, number>;

  expect([Object.keys(seen).sort(), Object.keys(refused)]).toEqual([
    ["one", "two"],
    [`failed: connect ECONNREFUSED ${virtual}:80`],
  ]);
});
