import { setTimeout as sleep } from "node:timers/promises";
import { v7 as uuid } from "uuid";
import { afterAll, expect, test } from "vitest";
import { openDocker } from "../docker/client.ts";
import { listContainers, removeContainer } from "../docker/container.ts";
import { execTerminal, inspectExec } from "../docker/exec.ts";
import { labels } from "../docker/names.ts";
import { imageId } from "../docker/pull.ts";
import { endLeftShells, openContainerShell } from "./container-shell.ts";

const IMAGE = "node:24-slim";
/** A single program and no shell. */
const BARE = "world/tiny:1";
const docker = openDocker("/var/run/docker.sock");
const has = (image: string) => imageId(docker, image).then((id) => id !== null, () => false);
const [usable, bare] = [await has(IMAGE), await has(BARE)];
const instance = uuid();
const SIZE = { rows: 30, columns: 90 };

afterAll(async () => {
  if (usable) for (const { id } of await listContainers(docker, instance)) await removeContainer(docker, id);
});

async function running(image: string, more: object = {}): Promise<string> {
  const made = await docker.createContainer({
    Image: image,
    Labels: labels({ instance }),
    Env: ["SECRET=of the service"],
    HostConfig: { Init: true, NetworkMode: "none" },
    ...more,
  });
  await made.start();
  return made.id;
}
const sleeping = () => running(IMAGE, { Cmd: ["sleep", "1000"] });
const codeOf = (call: Promise<unknown>) => call.then(() => "ok", (error: { problem?: { code?: string } }) => error.problem?.code ?? String(error));
const processes = async (container: string) => (await docker.getContainer(container).top({ ps_args: "-eo pid,args" })).Processes.flat().join("\n");

async function open(container: string) {
  const shell = await openContainerShell(docker, { container, service: "web" }, SIZE);
  let text = "";
  shell.onData((data) => (text += data.toString("latin1")));
  return {
    shell,
    type: (line: string) => shell.write(Buffer.from(line)),
    text: () => text,
    see: (word: string | RegExp) => expect.poll(() => text, { timeout: 60_000, interval: 20 }).toMatch(word),
  };
}

test.skipIf(!usable)("a shell in a container: its size, its variables, Ctrl+C, bash, its exit code", async () => {
  const { shell, type, see, text } = await open(await sleeping());
  await type("stty size; echo $BASH_VERSION-$SECRET\n");
  await see("30 90");
  await see(/\d+\.\d+.*-of the service/);
  shell.resize(41, 121);
  // The engine is told of it beside what is typed.
  await expect.poll(async () => (await type("stty size\n"), text()), { timeout: 60_000, interval: 200 }).toMatch("41 121");
  await type("echo sleeps-$((1+1)); sleep 1000\n");
  await see("sleeps-2");
  await sleep(200);
  await type("\u0003");
  await type("echo inter''rupted; exit 5\n");
  await see("interrupted");
  expect(await shell.ended).toBe(5);
});

test.skipIf(!usable)("closing it leaves no process in the container", async () => {
  const container = await sleeping();
  const { shell, type, see } = await open(container);
  await type("sleep 2222 & sleep 3333\n");
  await see("3333");
  await expect.poll(() => processes(container)).toContain("sleep 3333");
  shell.end();
  await shell.ended;
  await expect.poll(() => processes(container)).not.toMatch(/bash|sleep [23]/);
});

test.skipIf(!usable)("a shell that an agent left when it was killed is ended by the next one, and no other", async () => {
  const container = await sleeping();
  const left = await execTerminal(docker, container, { command: ["sh", "-c", "exec bash", "aeroplane-terminal-of-an-earlier-life"], env: [] });
  left!.stream.destroy();
  const foreign = await execTerminal(docker, container, { command: ["sh", "-c", "sleep 1000; true", "of somebody else"], env: [] });
  const own = await open(container);
  await expect.poll(async () => (await inspectExec(docker, left!.id))?.pid).toBeGreaterThan(0);
  expect(await endLeftShells(docker, [container])).toBe(1);
  // A busy engine knows late what runs.
  await expect.poll(async () => [(await inspectExec(docker, left!.id))?.running, (await inspectExec(docker, foreign!.id))?.running]).toEqual([false, true]);
  await own.type("echo still-$((40+2))\n");
  await own.see("still-42");
  foreign!.stream.destroy();
});

test.skipIf(!usable)("a container that stands still is told from one that is not there", async () => {
  const container = await sleeping();
  await docker.getContainer(container).stop({ t: 0 });
  expect([
    await codeOf(openContainerShell(docker, { container, service: "web" }, SIZE)),
    await codeOf(openContainerShell(docker, { container: "0".repeat(64), service: "web" }, SIZE)),
  ]).toEqual(["TERMINAL_NOT_RUNNING", "TERMINAL_NOT_RUNNING"]);
});

test.skipIf(!bare)("an image without a shell says so", async () => {
  const container = await running(BARE);
  expect(await codeOf(openContainerShell(docker, { container, service: "web" }, SIZE))).toBe("TERMINAL_NO_SHELL");
});

test.skipIf(!usable)("the end of the container ends its terminal", async () => {
  const container = await sleeping();
  const { shell, type, see } = await open(container);
  await type("echo ready-$((1+1))\n");
  await see("ready-2");
  await docker.getContainer(container).stop({ t: 0 });
  // Killed with all that is in it; an engine that has forgotten the process already cannot say how it ended.
  expect([129, 137, null]).toContain(await shell.ended);
});
