import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureNetwork, networkName } from "../network/ensure.ts";
import { openDocker } from "./client.ts";
import { createContainer, inspectContainer, listContainers, removeContainer, startContainer } from "./container.ts";
import { objectName } from "./names.ts";
import { listNetworks, removeNetwork } from "./network.ts";
import { imageId } from "./pull.ts";

const IMAGE = process.env.AEROPLANE_TEST_IMAGE ?? "node:24-slim";
const MiB = 1024 ** 2;
const docker = openDocker("/var/run/docker.sock");
const usable = (await imageId(docker, IMAGE).catch(() => null)) !== null;
const instance = uuid();
const environmentId = uuid();
let folder = "";
let subnet = "";
let last = 10;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "aeroplane-container-"));
  await writeFile(join(folder, "hosts"), "127.0.0.1 localhost\n");
  if (usable) subnet = await ensureNetwork(docker, { instanceId: instance, environmentId, projectId: uuid(), subnet: null, others: [] }, () => {});
});
afterAll(async () => {
  if (usable) {
    for (const { id } of await listContainers(docker, instance)) await removeContainer(docker, id);
    for (const { name } of await listNetworks(docker, instance)) await removeNetwork(docker, name);
  }
  await rm(folder, { recursive: true, force: true });
});

/** Runs to its end; what it said and how it ended. */
async function ran(command: string[], limits: { memory: number; processes: number }) {
  const id = await createContainer(docker, {
    ...{ name: objectName(instance, uuid()), image: IMAGE, owner: { instance, environment: environmentId }, env: [], entrypoint: null, command, init: true },
    ...{ network: networkName(instance, environmentId), address: subnet.replace(/0\/24$/, String((last += 1))), hostsFile: join(folder, "hosts"), limits },
  });
  await startContainer(docker, id, "test");
  await docker.getContainer(id).wait();
  const said = ((await docker.getContainer(id).logs({ stdout: true, stderr: true })) as unknown as Buffer).toString("utf8");
  return { said, facts: (await inspectContainer(docker, id))! };
}

const BOMB = `
const { spawn } = require("node:child_process");
let made = 0, refused = 0;
for (let i = 0; i < 200; i++) { const one = spawn("sleep", ["30"]); one.on("error", () => {}); one.pid === undefined ? refused++ : made++; }
console.log(JSON.stringify({ made, refused })); process.exit(0);`;
const RIGHTS = `
perl -MSocket -e 'socket(my $s, AF_INET, SOCK_RAW, 1) ? print "raw\\n" : print "refused: $!\\n"'
echo "score $(cat /proc/self/oom_score_adj)"`;

test.runIf(usable)("a fork bomb ends at the limit of processes, raw sockets are refused, and an app goes before what keeps it", async () => {
  const limits = { memory: 256 * MiB, processes: 60 };
  const [bomb, rights] = await Promise.all([ran(["node", "-e", BOMB], limits), ran(["sh", "-c", RIGHTS], limits)]);
  const { made, refused } = JSON.parse(/\{.*\}/.exec(bomb.said)![0]) as { made: number; refused: number };
  expect([made > 0 && made < 60, made + refused]).toEqual([true, 200]);
  expect(rights.said).toContain("refused: Operation not permitted");
  expect(rights.said).toContain("score 500");
});

test.runIf(usable)("a memory hog is ended at its limit, and that is told from other ends", async () => {
  const hog = "const kept = []; for (;;) kept.push(Buffer.alloc(8 * 1024 * 1024, 1));";
  const { facts } = await ran(["node", "-e", hog], { memory: 96 * MiB, processes: 100 });
  const killed = await ran(["sh", "-c", "kill -KILL $$"], { memory: 96 * MiB, processes: 100 });
  expect([facts.outOfMemory, facts.exitCode, killed.facts.outOfMemory, killed.facts.exitCode]).toEqual([true, 137, false, 137]);
});
