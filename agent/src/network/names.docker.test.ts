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
import { runFilterProgram } from "./filter-program.ts";
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

/** One that keeps a connection for longer than a machine may pause. */
const SERVER = `Object.assign(require("http").createServer((q, s) => s.end(process.env.RELEASE)), { keepAliveTimeout: 600_000 }).listen(80)`;
/** Of three that are chosen by chance, a share that is 0.15 off after so many is one in a million. */
const ENOUGH = 300;
/** New connection each, until told to stop: prints how many answers of each kind it saw, and before that each kind when it is met, and when there are enough for shares. */
const CLIENT = `
const http = require("http"); const seen = {}; let stop = false; let asked = 0; const ENOUGH = ${ENOUGH};
const ask = () => new Promise((done) => {
  const q = http.get({ host: "web", agent: false, timeout: 30_000 }, (s) => { let t = ""; s.on("data", (d) => t += d); s.on("end", () => done(t)); });
  q.on("timeout", () => q.destroy(new Error("timeout"))); q.on("error", (e) => done("failed: " + e.message));
});
process.on("SIGTERM", () => { stop = true; });
(async () => { console.log("begun"); while (!stop) { const a = await ask(); if (!seen[a]) console.log("met " + a); seen[a] = (seen[a] ?? 0) + 1; if (++asked === ENOUGH) console.log("enough"); } console.log(JSON.stringify(seen)); process.exit(0); })();
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
    entrypoint: null,
    command: ["node", "-e", code],
    init: true,
    network: networkName(instanceId, of.id),
    address,
    limits: { memory: 256 * 1024 ** 2, processes: 100 },
    hostsFile: names().hostsFile(of.id),
  });
  await startContainer(docker, id, "test");
  return { id, address };
}

/** Ends a client and reads what it saw. */
async function seenBy(id: string): Promise<Record<string, number>> {
  await docker.getContainer(id).stop({ t: 60 });
  return JSON.parse((await logsOf(id)).match(/\{.*\}/)?.[0] ?? "{}") as Record<string, number>;
}

async function logsOf(id: string): Promise<string> {
  const raw = (await docker.getContainer(id).logs({ stdout: true, stderr: true })) as unknown as Buffer;
  return raw.toString("utf8");
}

async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 50));
}

const hasMet = async (id: string, releases: string[]) => {
  const said = await logsOf(id);
  return releases.every((release) => said.includes(`met ${release}`));
};

/** One connection that is kept, asked every 50 ms until told to stop: prints all answers that it got. */
const KEPT = `
const http = require("http"); const seen = {}; let stop = false;
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const ask = () => new Promise((done) => {
  const q = http.get({ host: "web", agent }, (s) => { let t = ""; s.on("data", (d) => t += d); s.on("end", () => done(t)); });
  q.on("error", (e) => done("failed: " + e.message));
});
process.on("SIGTERM", () => { stop = true; });
(async () => { await ask(); console.log("begun"); while (!stop) { const a = await ask(); seen[a] = (seen[a] ?? 0) + 1; await new Promise((r) => setTimeout(r, 50)); } console.log(JSON.stringify(seen)); process.exit(0); })();
`;

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
  const web = { names: ["web"], virtualAddress: virtual, live: [one.address] };
  home.services.push(web);
  away.services.push({ names: ["web"], virtualAddress: virtual, live: [] });
  const shared = names();
  await shared.sync();

  const client = await container(home, 4, CLIENT);
  await until(async () => (await logsOf(client.id)).includes("begun"));
  for (let turn = 0; turn < 10 || !(await hasMet(client.id, ["one", "two"])); turn += 1) {
    web.live = [turn % 2 === 0 ? two.address : one.address];
    await Promise.all([shared.sync(), shared.sync()]);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const seen = await seenBy(client.id);

  const stranger = await container(away, 2, CLIENT);
  await until(async () => (await logsOf(stranger.id)).includes("begun"));
  const refused = await seenBy(stranger.id);

  expect([Object.keys(seen).sort(), Object.keys(refused)]).toEqual([
    ["one", "two"],
    [`failed: connect ECONNREFUSED ${virtual}:80`],
  ]);
});

test.skipIf(!usable)("a name stands for all live containers; one that leaves costs nothing, and a standing connection keeps its own", async () => {
  const home = await environment();
  const apps = await Promise.all(["one", "two", "three"].map((release, at) => container(home, 2 + at, SERVER, [`RELEASE=${release}`])));
  for (const { address } of apps) await until(() => fetch(`http://${address}/`).then(() => true, () => false));
  const all = apps.map(({ address }) => address);
  const web = { names: ["web"], virtualAddress: freeVirtualAddress(home.subnet, []), live: all };
  home.services.push(web);
  const shared = names();
  await shared.sync();

  const kept = await container(home, 9, KEPT);
  await until(async () => (await logsOf(kept.id)).includes("begun"));
  const first = await container(home, 10, CLIENT);
  await until(async () => (await logsOf(first.id)).includes("enough"));
  const spread = await seenBy(first.id);

  const second = await container(home, 11, CLIENT);
  await until(async () => (await logsOf(second.id)).includes("begun"));
  for (let turn = 0; turn < 12 || !(await hasMet(second.id, ["one", "two", "three"])); turn += 1) {
    web.live = all.filter((_, at) => at !== turn % 4);
    await shared.sync();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  web.live = all.slice(1);
  await shared.sync();
  const leaving = await seenBy(second.id);
  const last = await container(home, 12, CLIENT);
  await until(async () => (await logsOf(last.id)).includes("enough"));
  const without = await seenBy(last.id);

  const whole = Object.values(spread).reduce((sum, count) => sum + count, 0);
  const shares = Object.fromEntries(Object.entries(spread).map(([app, count]) => [app, Math.abs(count / whole - 1 / 3) < 0.15]));
  expect([shares, Object.keys(leaving).sort(), Object.keys(without).sort(), Object.keys(await seenBy(kept.id)).length]).toEqual([
    { one: true, two: true, three: true },
    ["one", "three", "two"],
    ["three", "two"],
    1,
  ]);
});

const chain = async (what: string[]) => (await runFilterProgram("iptables", ["-w", "5", ...what])).output.split("\n");
const hasDoors = usable && (await runFilterProgram("iptables", ["-S", "DOCKER-USER"])).code === 0;

test.skipIf(!hasDoors)("ports that the kernel refuses leave names as they are and are told of; of the chain only what is ours comes and goes", async () => {
  const [home, shared] = [await environment(), names()];
  const live = [home.subnet.replace(/0\/24$/, "2")];
  const port = { port: 61_999, target: 80, protocol: "tcp" as const, address: "127.1.2.3", live, service: "s" };
  const web: NamedEnvironment["services"][number] = { names: ["web"], virtualAddress: freeVirtualAddress(home.subnet, []), live, published: [port] };
  home.services.push(web);
  const strangers = ["first", "second"].map((name) => ["DOCKER-USER", "-m", "comment", "--comment", `${name}-${instanceId}`]);
  const table = (await shared.table())!.name;
  const rules = async () => (await chain(["-S", "DOCKER-USER"])).flatMap((line) => (line.includes(table) ? ["ours"] : /(first|second)-/.test(line) && line.includes(instanceId) ? [line] : []));
  for (const rule of strangers) await chain(["-A", ...rule]);
  try {
    const before = await rules();
    await shared.sync();
    expect([await rules(), await shared.table()]).toEqual([["ours", "ours", ...before], { name: table, stands: true, opens: true }]);
    web.published = [{ ...port, address: "{" }];
    await expect(shared.sync()).rejects.toThrow("nft refused the table");
    await shared.sync({ ports: false });
    expect(await shared.table()).toEqual({ name: table, stands: true, opens: false });
    web.published = [];
    await shared.sync();
    expect([before.length, await rules(), await shared.table()]).toEqual([2, before, { name: table, stands: true, opens: true }]);
  } finally {
    web.published = [];
    for (const rule of strangers) await chain(["-D", ...rule]);
  }
});
