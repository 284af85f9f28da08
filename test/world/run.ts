// One run of the world: its name, its folder, and what it started, written down so that a later run can sweep up after a killed one.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFileSync, closeSync, openSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "./cache.ts";
import { putWhole } from "./put-whole.ts";
import { isAlive, ownerOf, thisOwner, type Owner } from "./owner.ts";
import { until } from "./wait.ts";

export const runsDir = join(cacheDir, "runs");
export const ownerLabel = "aeroplane.world.owner";

export type WorldRun = {
  name: string;
  owner: Owner;
  folder: string;
  /** Starts a process that lives as long as the run and not longer. */
  daemon: (name: string, argv: readonly string[]) => Promise<{ pid: number; log: string }>;
};

export async function beginRun(options: { owner?: Owner; name?: string } = {}): Promise<WorldRun> {
  const name = options.name ?? randomBytes(4).toString("hex");
  // One process may raise two worlds: each ends alone.
  const owner = `${options.owner ?? thisOwner}.${name}`;
  const folder = join(runsDir, name);
  await mkdir(folder, { recursive: true });
  await putWhole(join(folder, "owner"), owner);
  const daemon = async (title: string, argv: readonly string[]) => {
    const log = join(folder, `${title}.log`);
    const output = openSync(log, "a");
    const [file = "", ...args] = argv;
    const child = spawn(file, args, {
      stdio: ["ignore", output, output],
      detached: true,
      cwd: folder,
    });
    closeSync(output);
    await new Promise((resolve, reject) =>
      child.once("spawn", () => resolve(undefined)).once("error", reject),
    );
    child.unref();
    const pid = child.pid as number;
    appendFileSync(join(folder, "processes"), `${ownerOf(pid)}\n`);
    return { pid, log };
  };
  return { name, owner, folder, daemon };
}

/** Ends the processes of a run and forgets its folder. */
export async function endRun(folder: string): Promise<void> {
  const processes = (await readFile(join(folder, "processes"), "utf8").catch(() => ""))
    .split("\n")
    .filter(Boolean);
  for (const one of processes) if (isAlive(one)) signalGroup(Number(one.split(".")[0]), "SIGTERM");
  await until("the end of the run's processes", () => processes.every((one) => !isAlive(one)), {
    within: 5_000,
  }).catch(() => {
    for (const one of processes)
      if (isAlive(one)) signalGroup(Number(one.split(".")[0]), "SIGKILL");
  });
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone in the meantime.
  }
}
