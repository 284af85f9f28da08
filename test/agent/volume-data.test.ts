// What an image keeps in paths that it declares as volumes goes only by a yes that names these paths.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Service, ServiceConfig } from "../../agent/contract/index.ts";
import { setIntent } from "../../agent/src/store/index.ts";
import { startGitServer, type GitServer } from "../world/git/server.ts";
import { beginRun, endRun, type WorldRun } from "../world/run.ts";
import { startLocalAgent, type LocalAgent } from "./in-process.ts";
import { containersOf, docker, readIn, said, stand, volumesOf, write } from "./volumes.ts";

let world: WorldRun;
let git: GitServer;
let local: LocalAgent;
let service: Service;
let config: Pick<ServiceConfig, "source" | "healthSeconds" | "drainSeconds">;

/** One path with what parts the others in a sentence, and one in which nothing is ever written. */
const DATA = ["/data", "/var/a, b"];
const dockerfile = 'FROM node:24-slim\nVOLUME ["/data", "/var/a, b", "/var/empty"]\nCMD ["node", "-e", "setInterval(() => {}, 1000)"]\n';
const container = async () => (await containersOf(service.id)).join();

async function deploy(discard: string[] = []) {
  const { id } = await local.client.deployments.start({ serviceId: service.id, discard });
  return local.deployed(id);
}
async function withData() {
  const id = await container();
  for (const path of DATA) await write(id, `${path}/file`);
  return { id, volumes: await volumesOf(id) };
}
/** The paths that a refusal names; null where nothing was refused. */
const refusal = (act: Promise<unknown>) => act.then(() => null, (error: { data?: { code?: string; lists?: unknown } }) => [error.data?.code, error.data?.lists]);

beforeAll(async () => {
  world = await beginRun();
  git = await startGitServer(world, "127.0.0.1");
  local = await startLocalAgent();
  const repository = await git.create("keeps-data", { Dockerfile: dockerfile });
  config = { source: { type: "git", url: repository.http, branch: repository.branch, rootDirectory: "" }, healthSeconds: 1, drainSeconds: 0 };
  const project = await local.client.projects.create({ name: "Data" });
  service = await local.client.services.create({ environmentId: project.environments[0]!.id, name: "keeper", shape: "worker", config });
});
afterAll(async () => {
  await local?.stop();
  if (world) await endRun(world.folder);
});

test("a built image says where it keeps data, and nothing takes that data along without a yes", async () => {
  const first = await deploy();
  expect(first.problem).toBeNull();
  expect(first.warnings.map(({ code }) => code)).toEqual(["IMAGE_HAS_VOLUMES"]);
  const { id, volumes } = await withData();
  expect(Object.keys(volumes).sort()).toEqual([...DATA, "/var/empty"]);

  const refused = (paths: string[]) => ["VOLUME_DATA_WOULD_GO", { paths }];
  expect([
    await refusal(local.client.deployments.start({ serviceId: service.id })),
    await refusal(local.client.services.stop({ id: service.id })),
    await refusal(local.client.services.restart({ id: service.id })),
    await refusal(local.client.services.restart({ id: service.id, discard: ["/data"] })),
    await refusal(local.client.services.stop({ id: service.id, discard: ["/data", "/var/a", "/b"] })),
  ]).toEqual([refused(DATA), refused(DATA), refused(DATA), refused(["/var/a, b"]), refused(["/var/a, b"])]);
  expect((await local.client.services.deletion({ id: service.id })).goes.filter((line) => line.startsWith("The data"))).toEqual(DATA.map((path) => `The data in ${path}`));
  expect(await container()).toBe(id);
  expect(await docker("exec", id, "cat", "/data/file")).toContain("kept");
});

test("a start of what runs takes nothing away and is not refused", async () => {
  const before = await container();
  const { job } = await local.client.services.start({ id: service.id });
  expect([(await local.ended(job.id)).problem, await container()]).toEqual([null, before]);
});

test("a yes to all paths that hold something takes all volumes along, and those of the next release are its own", async () => {
  const { volumes } = await withData();
  const ended = await deploy(DATA);
  expect(ended.problem).toBeNull();
  expect(await stand(volumes)).toEqual([false, false, false]);
  expect(await stand(await volumesOf(await container()))).toEqual([true, true, true]);
});

test("volumes in which nothing was written go without a question", async () => {
  const volumes = await volumesOf(await container());
  const { job } = await local.client.services.restart({ id: service.id });
  const { problem, warnings } = await local.ended(job.id);
  expect([problem, warnings, await stand(volumes)]).toEqual([null, [], [false, false, false]]);
});

test("a container that goes although nobody said yes leaves its data", async () => {
  const { id, volumes } = await withData();
  // As what an earlier life began: the loop takes the container away, and knows of no yes.
  setIntent(local.agent.db, service.id, "stopped");
  await local.again();
  await expect.poll(container, { timeout: 90_000 }).not.toBe(id);
  expect(await stand(volumes)).toEqual([true, true, true]);
  expect(await readIn(volumes["/var/a, b"]!, "file")).toBe("kept");
  for (const volume of Object.values(volumes)) await docker("volume", "rm", volume);
});

test("what is written after the question, even as the last thing, is kept and named", async () => {
  const lastWords = `node -e 'process.on("SIGTERM", () => { require("fs").writeFileSync("/data/last", "words"); process.exit(0) }); console.log("ready"); setInterval(() => {}, 1000)'`;
  await local.client.services.update({ id: service.id, config: { ...config, startCommand: lastWords, drainSeconds: 20 } });
  expect((await deploy()).problem).toBeNull();
  await said(await container(), "ready");
  const volumes = await volumesOf(await container());
  const { job } = await local.client.services.stop({ id: service.id });
  const { problem, warnings } = await local.ended(job.id);
  expect([problem, await containersOf(service.id), await readIn(volumes["/data"]!, "last")]).toEqual([null, [], "words"]);
  expect(warnings.map(({ code, lists }) => [code, lists?.volumes?.includes(`/data in ${volumes["/data"]}`)])).toEqual([["VOLUME_DATA_KEPT", true]]);
  for (const volume of Object.values(volumes)) await docker("volume", "rm", volume);
});
