// What an image keeps in paths that it declares as volumes goes only by a yes that names these paths.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Service } from "../../agent/contract/index.ts";
import { setIntent } from "../../agent/src/store/index.ts";
import { dockerBin } from "../world/docker.ts";
import { run } from "../world/command.ts";
import { startGitServer, type GitServer } from "../world/git/server.ts";
import { beginRun, endRun, type WorldRun } from "../world/run.ts";
import { startLocalAgent, type LocalAgent } from "./in-process.ts";

let world: WorldRun;
let git: GitServer;
let local: LocalAgent;
let service: Service;

const dockerfile = 'FROM node:24-slim\nVOLUME ["/data", "/var/more"]\nCMD ["node", "-e", "setInterval(() => {}, 1000)"]\n';
const docker = (...args: string[]) => run([dockerBin, ...args]);
const container = async () => (await docker("ps", "-aq", "--filter", `label=run.aeroplane.service=${service.id}`)).trim();
const volumesOf = async (id: string) =>
  (await docker("inspect", "--format", '{{range .Mounts}}{{if eq .Type "volume"}}{{.Name}} {{end}}{{end}}', id)).trim().split(" ");
const stands = (volume: string) => docker("volume", "inspect", volume).then(() => true, () => false);

async function deploy(discard: string[] = []) {
  const { id } = await local.client.deployments.start({ serviceId: service.id, discard });
  return local.deployed(id);
}
async function withData(): Promise<{ id: string; volumes: string[] }> {
  const id = await container();
  await docker("exec", id, "sh", "-c", "echo kept > /data/file");
  return { id, volumes: await volumesOf(id) };
}

beforeAll(async () => {
  world = await beginRun();
  git = await startGitServer(world, "127.0.0.1");
  local = await startLocalAgent();
  const repository = await git.create("keeps-data", { Dockerfile: dockerfile });
  const project = await local.client.projects.create({ name: "Data" });
  service = await local.client.services.create({
    projectId: project.id,
    name: "keeper",
    shape: "worker",
    config: { source: { type: "git", url: repository.http, branch: repository.branch }, healthSeconds: 1, drainSeconds: 0 },
  });
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
  expect(volumes).toHaveLength(2);

  const refused = { problem: { code: "VOLUME_DATA_WOULD_GO", values: { service: "keeper", paths: "/data, /var/more" } } };
  const acts = [
    () => local.client.deployments.start({ serviceId: service.id }),
    () => local.client.services.stop({ id: service.id }),
    () => local.client.services.restart({ id: service.id }),
    () => local.client.services.restart({ id: service.id, discard: ["/data"] }),
  ];
  for (const act of acts) {
    const said = await act().then(() => null, (error: { data?: unknown }) => error);
    expect(said).toMatchObject({ data: { code: refused.problem.code } });
  }
  expect(await container()).toBe(id);
  expect(await docker("exec", id, "cat", "/data/file")).toContain("kept");
}, 120_000);

test("a yes to all paths takes the data along, and that of the next release is its own", async () => {
  const { volumes } = await withData();
  const ended = await deploy(["/data", "/var/more"]);
  expect(ended.problem).toBeNull();
  expect(await Promise.all(volumes.map(stands))).toEqual([false, false]);
  const next = await volumesOf(await container());
  expect(await Promise.all(next.map(stands))).toEqual([true, true]);
}, 120_000);

test("a container that goes although nobody said yes leaves its data", async () => {
  const { id, volumes } = await withData();
  // As what an earlier life began: the loop takes the container away, and knows of no yes.
  setIntent(local.agent.db, service.id, "stopped");
  await local.again();
  await expect.poll(container, { timeout: 30_000 }).not.toBe(id);
  expect(await Promise.all(volumes.map(stands))).toEqual([true, true]);
  expect(await docker("run", "--rm", "--volume", `${volumes[0]}:/look`, "node:24-slim", "cat", "/look/file").catch(() => docker("run", "--rm", "--volume", `${volumes[1]}:/look`, "node:24-slim", "cat", "/look/file"))).toContain("kept");
  for (const volume of volumes) await docker("volume", "rm", volume);
}, 120_000);
