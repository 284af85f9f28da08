// A copy of a volume that a running service writes to: whole, and the service runs again whatever came of it.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Service } from "../../agent/contract/index.ts";
import { volumeNameOf } from "../../agent/src/docker/own-volume.ts";
import { ensureImage } from "../world/images/images.ts";
import { until } from "../world/wait.ts";
import { startLocalAgent, type LocalAgent } from "./in-process.ts";
import { containersOf, docker } from "./volumes.ts";

/** Writes "written" when it begins and two files that are the same whenever it does not run. */
const APP = `const fs=require("fs");let n=0;const write=()=>{fs.writeFileSync("/data/a",String(n));fs.writeFileSync("/data/b",String(n++))};const timer=setInterval(write,5);write();process.on("SIGTERM",()=>{clearInterval(timer);process.exit(0)})`;
const config = { source: { type: "image" as const, reference: "node:24-slim" }, healthSeconds: 1, drainSeconds: 0, stopSeconds: 60, startCommand: `node -e '${APP}'` };
const POLL = { timeout: 90_000 };
let local: LocalAgent;
let environmentId: string;
let service: Service;
let volumeId: string;

beforeAll(async () => {
  await ensureImage("node:24-slim");
  local = await startLocalAgent();
  environmentId = (await local.client.projects.create({ name: "Copies" })).environments[0]!.id;
  service = await local.client.services.create({ environmentId, name: "writer", shape: "worker", config });
  const rows = await local.client.staged.stage({ environmentId, serviceId: service.id, volumes: [{ path: "/data" }] });
  await local.client.staged.deploy({ environmentId, ids: rows.map(({ id }) => id) });
  expect((await local.deployed((await local.client.deployments.start({ serviceId: service.id })).id)).problem).toBeNull();
  volumeId = (await local.client.services.get({ id: service.id })).volumes[0]!.id;
  const folder = await folderOf(volumeId);
  await until("what it writes", async () => (await readdir(folder)).includes("b"), { within: 90_000 });
});
afterAll(async () => {
  const left = ((await local?.client.volumes.list({ environmentId })) ?? []).map(({ id }) => nameOf(id));
  await local?.stop();
  for (const name of left) await docker("volume", "rm", "--force", name);
});

const nameOf = (id: string) => volumeNameOf(local.agent.instanceId, id);
const folderOf = async (id: string) => (await docker("volume", "inspect", "--format", "{{.Mountpoint}}", nameOf(id))).trim();
const running = async () => {
  const [id] = await containersOf(service.id);
  return id === undefined ? "none" : (await docker("inspect", "--format", "{{.State.Running}}", id)).trim();
};

test("what a service writes to is copied while it has ended, and mounted by the deploy of the staged row", async () => {
  const { job } = await local.client.volumes.copy({ id: volumeId, name: "copied", serviceId: service.id, path: "/copied" });
  const ended = await local.ended(job.id);
  expect([ended.problem, ended.warnings, ended.steps.map(({ state }) => state)]).toEqual([null, [], ["done", "done", "done"]]);
  await expect.poll(running, POLL).toBe("true");
  const folder = await folderOf(job.id);
  const [a, b] = await Promise.all(["a", "b"].map((name) => readFile(join(folder, name), "utf8")));
  expect([a, (await readdir(folder)).toSorted()]).toEqual([b, ["a", "b"]]);

  const ids = (await local.client.staged.list({ environmentId })).map(({ id }) => id);
  const { jobs } = await local.client.staged.deploy({ environmentId, ids });
  expect((await Promise.all(jobs.map(({ id }) => local.ended(id)))).map(({ problem }) => problem)).toEqual([null]);
  expect((await local.client.services.get({ id: service.id })).volumes.map(({ path, name }) => [path, name])).toEqual([["/copied", "copied"], ["/data", expect.any(String)]]);
  const [container] = await containersOf(service.id);
  expect(await docker("exec", container!, "cat", "/copied/a")).toBe(a);
});

test("a volume that nothing runs on is copied while its service goes on", async () => {
  const first = await local.client.volumes.copy({ id: volumeId, name: "spare", serviceId: service.id, path: "/spare" });
  expect((await local.ended(first.job.id)).problem).toBeNull();
  await expect.poll(running, POLL).toBe("true");
  const begunAt = async () => docker("inspect", "--format", "{{.State.Running}} {{.State.StartedAt}}", (await containersOf(service.id))[0]!);
  const before = await begunAt();
  const second = await local.client.volumes.copy({ id: first.job.id, name: "spare-two", serviceId: service.id, path: "/spare-two" });
  expect([(await local.ended(second.job.id)).problem, await begunAt(), before.startsWith("true")]).toEqual([null, before, true]);
  expect((await readdir(await folderOf(second.job.id))).toSorted()).toEqual(["a", "b"]);
});

test("where somebody else writes to it nothing is copied, nothing is left, and the service runs again", async () => {
  const other = (await docker("run", "--detach", "--volume", `${nameOf(volumeId)}:/data`, "node:24-slim", "sleep", "600")).trim();
  try {
    const { job } = await local.client.volumes.copy({ id: volumeId, name: "torn", serviceId: service.id, path: "/torn" });
    const ended = await local.ended(job.id);
    expect([ended.state, ended.problem?.code]).toEqual(["failed", "VOLUME_WRITTEN_TO"]);
    await expect.poll(running, POLL).toBe("true");
    expect([(await local.client.volumes.list({ environmentId })).some(({ name }) => name === "torn"), (await docker("volume", "ls", "--quiet", "--filter", `name=${nameOf(job.id)}`)).trim()]).toEqual([false, ""]);
  } finally {
    await docker("rm", "--force", other);
  }
});
