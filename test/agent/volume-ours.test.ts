// Volumes of ours on the real engine: taken in from an image's own, moved to by a deploy with words before it, told apart from others, gone for good.
import { lstat, readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serviceConfig, type Service } from "../../agent/contract/index.ts";
import { volumeNameOf } from "../../agent/src/docker/own-volume.ts";
import { hashOf, isSparse, plant } from "../bars/volumes/tree.ts";
import { ensureImage } from "../world/images/images.ts";
import { startLocalAgent, type LocalAgent } from "./in-process.ts";
import { containersOf, docker, stands } from "./volumes.ts";

const IMAGE = "aeroplane-test/keeps-own:1";
const config = { source: { type: "image" as const, reference: IMAGE }, healthSeconds: 1, drainSeconds: 0, stopSeconds: 60, startCommand: `node -e 'process.on("SIGTERM", () => process.exit(0)); setInterval(() => {}, 1000)'` };
let local: LocalAgent;
let environmentId: string;
let service: Service;

beforeAll(async () => {
  await ensureImage("node:24-slim");
  const made = (await docker("create", "node:24-slim")).trim();
  await docker("commit", "--change", 'VOLUME ["/data/", "/var/other"]', made, IMAGE);
  await docker("rm", made);
  local = await startLocalAgent();
  const project = await local.client.projects.create({ name: "Ours" });
  environmentId = project.environments[0]!.id;
  service = await local.client.services.create({ environmentId, name: "keeper", shape: "worker", config });
});
afterAll(async () => {
  const left = (await local?.client.volumes.list({ environmentId }))?.map(({ id }) => nameOf(id)) ?? [];
  await local?.stop();
  for (const name of left) await docker("volume", "rm", "--force", name);
  await docker("rmi", "--force", IMAGE);
});

const nameOf = (id: string) => volumeNameOf(local.agent.instanceId, id);
const folderOf = async (name: string) => (await docker("volume", "inspect", "--format", "{{.Mountpoint}}", name)).trim();
const deploy = async (discard: string[] = []) => local.deployed((await local.client.deployments.start({ serviceId: service.id, discard })).id);
/** What its one container has mounted, by path. */
async function mounted(): Promise<Record<string, { name: string; folder: string }>> {
  const [id] = await containersOf(service.id);
  const mounts = JSON.parse(await docker("inspect", "--format", "{{json .Mounts}}", id!)) as { Type: string; Name: string; Source: string; Destination: string }[];
  return Object.fromEntries(mounts.filter(({ Type }) => Type === "volume").map(({ Destination, Name, Source }) => [Destination, { name: Name, folder: Source }]));
}
async function deployStaged(discard: string[] = []) {
  const ids = (await local.client.staged.list({ environmentId })).map(({ id }) => id);
  const { jobs } = await local.client.staged.deploy({ environmentId, ids, discard: [{ serviceId: service.id, paths: discard }] });
  return Promise.all(jobs.map(({ id }) => local.ended(id)));
}
const set = async (over: object) => local.client.services.update({ id: service.id, config: serviceConfig.parse({ ...config, ...over }) });

test("a volume at the path of an image's own takes in what is there, with all that a file can be; undone, the old one is as it was", async () => {
  const first = await deploy();
  expect([first.problem, first.warnings.map(({ lists }) => lists?.paths)]).toEqual([null, [["/data/", "/var/other"]]]);
  const before = (await mounted())["/data"]!;
  await plant(before.folder, "kept");
  const hash = hashOf(before.folder);
  // Its end is what is waited for, not that it has stayed up before it began.
  await set({ startCommand: "node -e 'process.exit(3)'", healthSeconds: 60 });
  await local.client.staged.stage({ environmentId, serviceId: service.id, volumes: [{ path: "/data" }] });
  expect((await deployStaged()).map(({ problem }) => problem?.code)).toEqual(["APP_EXITED"]);
  expect([(await mounted())["/data"], hashOf(before.folder)]).toEqual([before, hash]);

  // What the old one writes meanwhile is what the next try takes in.
  await writeFile(`${before.folder}/later`, "written since");
  const now = hashOf(before.folder);
  await set({});
  const { problem, warnings } = await deploy();
  expect([problem, warnings.map(({ lists }) => lists?.paths)]).toEqual([null, [["/var/other"]]]);
  const after = (await mounted())["/data"]!;
  const { volumes } = await local.client.services.get({ id: service.id });
  expect([after.name, hashOf(after.folder), isSparse(after.folder)]).toEqual([nameOf(volumes[0]!.id), now, true]);
  expect([await stands(before.name), (await local.client.volumes.list({ environmentId })).map(({ state, path }) => [state, path])]).toEqual([false, [["mounted", "/data"]]]);
  // From here on nothing of it goes with a container, so nothing is asked.
  await local.ended((await local.client.services.restart({ id: service.id })).job.id);
  expect([(await mounted())["/data"], hashOf(after.folder)]).toEqual([after, now]);
});

test("the words before a deploy have the volume, alone", async () => {
  const { folder } = (await mounted())["/data"]!;
  // The app says that it is there for as long as it is.
  const says = `const fs=require("fs");process.on("SIGTERM",()=>{fs.rmSync("/data/here");process.exit(0)});fs.writeFileSync("/data/here","app");setInterval(()=>{},1000)`;
  const here = () => expect.poll(async () => readFile(`${folder}/here`, "utf8").catch(() => ""), { timeout: 90_000 }).toBe("app");
  await set({ startCommand: `node -e '${says}'` });
  expect((await deploy()).problem).toBeNull();
  await here();
  await set({ startCommand: `node -e '${says}'`, beforeDeploy: `node -e 'const fs=require("fs");fs.writeFileSync("/data/saw",String(fs.existsSync("/data/here")))'` });
  expect((await deploy()).problem).toBeNull();
  expect(await readFile(`${folder}/saw`, "utf8")).toBe("false");
  await set({ startCommand: `node -e '${says}'`, beforeDeploy: "node -e 'process.exit(2)'" });
  expect((await deploy()).problem?.code).toBe("BEFORE_DEPLOY_FAILED");
  await here();
  await set({ startCommand: `node -e '${says}'` });
});

test("a release never starts beside what runs on its volume, nor on an empty one in its place", async () => {
  const [own] = await containersOf(service.id);
  const { name } = (await mounted())["/data"]!;
  const labels = [`run.aeroplane.instance=${local.agent.instanceId}`, "run.aeroplane.service=01a20000-0000-7000-8000-000000000001"].flatMap((label) => ["--label", label]);
  const other = (await docker("run", "--detach", ...labels, "--volume", `${name}:/data`, "node:24-slim", "sleep", "600")).trim();
  expect((await deploy()).problem?.code).toBe("VOLUME_IN_USE");
  await docker("rm", "--force", other);
  // The one before begins again, at the latest by the next look.
  await local.again();
  await expect.poll(async () => (await docker("inspect", "--format", "{{.State.Running}}", own!)).trim(), { timeout: 90_000 }).toBe("true");

  await local.ended((await local.client.services.stop({ id: service.id, discard: ["/var/other"] })).job.id);
  expect(await containersOf(service.id)).toEqual([]);
  const folder = await folderOf(name);
  expect((await lstat(folder)).isDirectory()).toBe(true);
  await docker("volume", "rm", name);
  const { problem } = await local.ended((await local.client.services.start({ id: service.id })).job.id);
  expect([problem?.code, await stands(name)]).toEqual(["VOLUME_MISSING", false]);
});

test("out of the trash for good, Docker's volume and its row are gone, and those of others are not", async () => {
  const stranger = "aeroplane-test-stranger";
  await docker("volume", "create", "--label", "run.aeroplane.instance=somebody-else", stranger);
  const made = await local.client.services.create({ environmentId, name: "second", shape: "worker", config: { ...config, source: { type: "image", reference: "node:24-slim" } } });
  await local.client.staged.stage({ environmentId, serviceId: made.id, volumes: [{ path: "/data" }] });
  const ids = (await local.client.staged.list({ environmentId })).map(({ id }) => id);
  await local.client.staged.deploy({ environmentId, ids });
  expect((await local.deployed((await local.client.deployments.start({ serviceId: made.id })).id)).problem).toBeNull();
  const { id } = (await local.client.services.get({ id: made.id })).volumes[0]!;
  expect(await stands(nameOf(id))).toBe(true);
  await local.ended((await local.client.services.delete({ id: made.id, confirm: "second" })).job.id);
  const [trashed] = (await local.client.volumes.list({ environmentId })).filter(({ state }) => state === "trash");
  expect([trashed?.id, trashed?.serviceName, await stands(nameOf(id))]).toEqual([id, "second", true]);
  await local.ended((await local.client.volumes.empty({ id, confirm: trashed!.name })).job.id);
  expect([await stands(nameOf(id)), await stands(stranger), (await local.client.volumes.list({ environmentId })).some((volume) => volume.id === id)]).toEqual([false, true, false]);
  await docker("volume", "rm", stranger);
});
