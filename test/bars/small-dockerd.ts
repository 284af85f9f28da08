// A Docker Engine of its own on a disk of so many megabytes, for what happens when that disk is full.
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, openSync } from "node:fs";
import { mkdir, readFile, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { spawn, type ChildProcess } from "node:child_process";
import { attempt, run } from "../world/command.ts";
import { dockerBin } from "../world/docker.ts";
import { ownedFolder } from "../world/folder.ts";
import { until } from "../world/wait.ts";
import type { BarContext } from "./frame.ts";

/** A folder in memory that is full after so many megabytes. */
export async function smallDisk({ cleanup }: Pick<BarContext, "cleanup">, name: string, megabytes: number): Promise<string> {
  // Whoever is killed here leaves it to the next run, which ends what runs there and takes it away.
  const folder = await ownedFolder(name);
  cleanup(() => rm(folder, { recursive: true }));
  await run(["mount", "-t", "tmpfs", "-o", `size=${megabytes}m,mode=711`, "tmpfs", folder]);
  cleanup(async () => {
    // A process that just ended may hold it for another moment; one that stays is told, and the memory goes with it.
    const gone = until(`the end of ${folder}`, async () => (await attempt(["umount", folder])).code === 0, { within: 60_000 });
    await gone.catch(async (error: unknown) => {
      await attempt(["umount", "--lazy", folder]);
      throw error;
    });
  });
  return folder;
}

export type SmallDockerd = {
  socket: string;
  /** Bytes that are left on its disk. */
  free(): Promise<number>;
  /** Ends it as a service manager does, or by kill -9, and waits for the next one; `liveRestore` is of that next one. */
  restart(options?: { signal?: NodeJS.Signals; liveRestore?: boolean }): Promise<void>;
};

/** It leaves the machine's packet filter alone: only this machine talks to its containers. */
export async function startSmallDockerd(context: Pick<BarContext, "cleanup">, megabytes: number, { liveRestore: first = false } = {}): Promise<SmallDockerd> {
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
  const log = join(folder, "log");
  const client = [dockerBin, "-H", `unix://${socket}`];
  let daemon: ChildProcess | null = null;

  async function start(liveRestore: boolean): Promise<void> {
    const words = openSync(log, "w");
    const mine = spawn(
      "dockerd",
      [
        "--host", `unix://${socket}`, "--data-root", root, "--exec-root", exec, "--pidfile", join(folder, "pid"), "--bridge", bridge, "--iptables=false", "--log-level", "error",
        ...(liveRestore ? ["--live-restore"] : []),
      ],
      { stdio: ["ignore", words, words] },
    );
    closeSync(words);
    daemon = mine;
    const answers = async () => mine.exitCode !== null || (await attempt([...client, "info"])).code === 0;
    await until("the small dockerd", answers, { within: 120_000, every: 50 });
    if (mine.exitCode !== null) throw new Error(`the small dockerd ended with ${mine.exitCode}: ${(await readFile(log, "utf8")).slice(-2000)}`);
  }
  async function end(signal: NodeJS.Signals): Promise<void> {
    if (daemon === null || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const ended = new Promise((resolve) => daemon!.once("exit", resolve));
    daemon.kill(signal);
    await ended;
    // The kernel ends its containerd with it: the next one would take one that is just dying for one that runs.
    const pid = await readFile(join(exec, "containerd/containerd.pid"), "utf8").catch(() => "");
    if (pid !== "") await until("the end of its containerd", () => !existsSync(`/proc/${pid.trim()}`), { within: 60_000, every: 20 });
  }
  context.cleanup(async () => {
    // With live-restore they would go on without it.
    const left = (await attempt([...client, "ps", "--quiet"])).stdout.split("\n").filter(Boolean);
    if (left.length > 0) await attempt([...client, "rm", "--force", ...left]);
    await end("SIGTERM");
    // Its networks' namespaces, and what one that was killed had mounted.
    const mounts = (await readFile("/proc/mounts", "utf8")).split("\n").map((line) => line.split(" ")[1] ?? "");
    for (const mount of mounts.filter((place) => place.startsWith(`${folder}/`)).reverse()) await attempt(["umount", "--lazy", mount]);
  });
  await start(first);
  return {
    socket,
    async free() {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    },
    async restart({ signal = "SIGTERM", liveRestore = first } = {}) {
      await end(signal);
      // What a killed one leaves would keep the next from starting.
      if (signal === "SIGKILL") await rm(join(folder, "pid"), { force: true });
      await start(liveRestore);
    },
  };
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
