// The agent dies between the commit of an act and the removal of what it replaces: afterwards only that is gone which a yes named.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Service } from "../../agent/contract/index.ts";
import { startAgentProcess, type AgentProcess } from "../bars/agent-process.ts";
import { createControl, type Control } from "../bars/effects/control.ts";
import { dockerBin } from "../world/docker.ts";
import { run } from "../world/command.ts";
import { ensureImage } from "../world/images/images.ts";
import { beginRun, endRun, type WorldRun } from "../world/run.ts";
import { until } from "../world/wait.ts";
import { containersOf, docker, readIn, said, stand, stands, volumesOf, write } from "./volumes.ts";

let world: WorldRun;
let control: Control;
let agent: AgentProcess;
let environmentId: string;
let service: Service;
const undo: (() => Promise<unknown>)[] = [];
const IMAGE = "aeroplane-test/keeps:1";
/** The last words of the app go into its volume: nobody was asked for them. */
const APP = 'process.on("SIGTERM", () => { require("fs").appendFileSync("/data/file", " last words"); process.exit(0) }); console.log("ready"); setInterval(() => {}, 1000)';
/** Everything that happens to the old container after the commit. */
const POINTS = ["docker.container.update.after", "docker.container.stop.before", "docker.container.stop.after", "docker.container.remove.before", "docker.container.remove.after"];

beforeAll(async () => {
  world = await beginRun();
  await ensureImage("node:24-slim");
  const made = (await docker("create", "node:24-slim")).trim();
  await docker("commit", "--change", 'VOLUME ["/data"]', made, IMAGE);
  await docker("rm", made);
  undo.push(() => run([dockerBin, "rmi", "--force", IMAGE]), () => endRun(world.folder));
  control = createControl(world.folder, "volume");
  agent = await startAgentProcess({ cleanup: (work) => void undo.unshift(async () => work()) }, { prefix: "volume", ...control.options });
  environmentId = (await agent.client.projects.create({ name: "Crash" })).environments[0]!.id;
  service = await deployed("worker", `node -e '${APP}'`, { healthSeconds: 1, drainSeconds: 20 });
});
afterAll(async () => {
  for (const work of undo) await work();
});

async function deployed(shape: "web" | "worker", startCommand: string, more: { port?: number; healthSeconds: number; drainSeconds: number }): Promise<Service> {
  const config = { source: { type: "image" as const, reference: IMAGE }, startCommand, ...more };
  const made = await agent.client.services.create({ environmentId, name: `keeper-${shape}`, shape, config });
  const { id } = await agent.client.deployments.start({ serviceId: made.id });
  expect((await agent.deployed(id)).problem).toBeNull();
  return made;
}

/** Begins a restart that dies at the point, and waits for what the next life makes of it. */
async function restartedOver(point: string, discard: string[], id = service.id) {
  control.killAt({ point, nth: 1 });
  const { job } = await agent.client.services.restart({ id, discard });
  expect(await agent.exited()).toBe("SIGKILL");
  control.nothing();
  await agent.start();
  return agent.ended(job.id);
}
/** One container, that runs and is another one. */
const replaced = (old: string) =>
  until("one new container", async () => {
    const found = await containersOf(service.id);
    return found.length === 1 && found[0] !== old && found[0]!;
  }, { within: 120_000 });
/** The one of the worker, which can say its last words. */
async function standing(): Promise<string> {
  const [old] = await containersOf(service.id);
  await said(old!, "ready");
  return old!;
}

test.each(POINTS)("killed at %s, a yes is kept: its data is gone, and that of the next container is not", async (point) => {
  const old = await standing();
  const volume = (await volumesOf(old))["/data"]!;
  await write(old, "/data/file");
  const ended = await restartedOver(point, ["/data"]);
  const now = await replaced(old);
  expect([ended.problem, ended.warnings, await stands(volume), await stand(await volumesOf(now))]).toEqual([null, [], false, [true]]);
});

test.each(POINTS)("killed at %s, data without a yes stays and is named", async (point) => {
  const old = await standing();
  const volume = (await volumesOf(old))["/data"]!;
  const ended = await restartedOver(point, []);
  await replaced(old);
  const named = ended.warnings.filter(({ code, lists }) => code === "VOLUME_DATA_KEPT" && lists?.volumes?.includes(`/data in ${volume}`));
  expect([ended.problem, named.length > 0, await readIn(volume, "file")]).toEqual([null, true, "last words"]);
  await docker("volume", "rm", volume);
});

test("killed between the switch and the commit, the old data stays with its container, and what the new one was given stays too", async () => {
  const app = `require("fs").writeFileSync("/data/file", "served"); require("http").createServer((q, s) => s.end("ok")).listen(3000); process.on("SIGTERM", () => process.exit(0))`;
  const web = await deployed("web", `node -e '${app}'`, { port: 3000, healthSeconds: 60, drainSeconds: 1 });
  const [old] = await containersOf(web.id);
  const volumes = await volumesOf(old!);
  // A yes to the data of what is replaced is none to that of what was to replace it.
  const ended = await restartedOver("caddy.route.rename.after", ["/data"], web.id);
  expect([ended.state, await containersOf(web.id), await stand(volumes)]).toEqual(["failed", [old], [true]]);
  const [kept] = ended.warnings.filter(({ code }) => code === "VOLUME_DATA_KEPT").flatMap(({ lists }) => lists?.volumes ?? []);
  const volume = kept!.replace("/data in ", "");
  expect([volume === volumes["/data"], await readIn(volume, "file")]).toEqual([false, "served"]);
  await docker("volume", "rm", volume);
});
