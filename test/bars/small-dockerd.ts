// A Docker Engine of its own on a disk of so many megabytes, for what happens when that disk is full.
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { attempt, run } from "../world/command.ts";
import { dockerBin } from "../world/docker.ts";
import { until } from "../world/wait.ts";
import type { BarContext } from "./frame.ts";

/** A folder in memory that is full after so many megabytes. */
export async function smallDisk({ cleanup }: Pick<BarContext, "cleanup">, name: string, megabytes: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `aeroplane-${name}-`));
  await run(["mount", "-t", "tmpfs", "-o", `size=${megabytes}m,mode=711`, "tmpfs", folder]);
  cleanup(async () => {
    // A process that just ended may hold it for another moment.
    await until(`the end of ${folder}`, async () => (await attempt(["umount", folder])).code === 0, { within: 20_000 });
    await rm(folder, { recursive: true });
  });
  return folder;
}

/** Answers the path of its socket. It leaves the machine's packet filter alone: only this machine talks to its containers. */
export async function startSmallDockerd(context: Pick<BarContext, "cleanup">, megabytes: number): Promise<string> {
  const folder = await smallDisk(context, "dockerd", megabytes);
  // Builds run on its default bridge, which must not be the other engine's; told to have none, it would remove docker0.
  const bridge = `apbar${randomBytes(3).toString("hex")}`;
  await run(["ip", "link", "add", bridge, "type", "bridge"]);
  await run(["ip", "address", "add", `${chooseGateway()}/28`, "dev", bridge]);
  await run(["ip", "link", "set", bridge, "up"]);
  context.cleanup(() => run(["ip", "link", "delete", bridge]));
  const socket = join(folder, "docker.sock");
  const [root, exec] = [join(folder, "root"), join(folder, "exec")];
  await mkdir(root);
  const daemon = spawn(
    "dockerd",
    ["--host", `unix://${socket}`, "--data-root", root, "--exec-root", exec, "--pidfile", join(folder, "pid"), "--bridge", bridge, "--iptables=false", "--log-level", "error"],
    { stdio: "ignore" },
  );
  context.cleanup(async () => {
    if (daemon.exitCode === null) {
      const ended = new Promise((resolve) => daemon.once("exit", resolve));
      daemon.kill("SIGTERM");
      await ended;
    }
    await attempt(["umount", join(exec, "netns/default")]);
  });
  await until("the small dockerd", async () => (await attempt([dockerBin, "-H", `unix://${socket}`, "info"])).code === 0, {
    within: 30_000,
  });
  return socket;
}

/** One of 4096 small ranges that are nobody's: 198.18.0.0/15 is set aside for tests. */
function chooseGateway(): string {
  const at = 16 * Math.floor(Math.random() * 4096);
  return `198.18.${at >> 8}.${(at & 255) + 1}`;
}

/** Copies an image of the machine's own engine. */
export async function copyImage(socket: string, image: string): Promise<void> {
  const save = spawn(dockerBin, ["save", image], { stdio: ["ignore", "pipe", "ignore"] });
  const load = spawn(dockerBin, ["-H", `unix://${socket}`, "load"], { stdio: [save.stdout, "ignore", "ignore"] });
  const code = await new Promise<number | null>((resolve) => load.once("exit", resolve));
  if (code !== 0) throw new Error(`${image} could not be copied into the small dockerd`);
}
