// A folder for something that a test starts: an agent, an app, a daemon. If the test is killed, the next run ends what still runs
// there, lets the agent of the checkout take away what it made in Docker, and removes the folder.
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { cacheDir } from "./cache.ts";
import { attempt } from "./command.ts";
import { isAlive, thisOwner } from "./owner.ts";
import { putWhole } from "./put-whole.ts";
import { until } from "./wait.ts";

const claims = join(cacheDir, "folders");
const agentMain = join(import.meta.dirname, "../../agent/src/main.ts");

export async function ownedFolder(prefix: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `aeroplane-${prefix}-`));
  // Without root there is no such cache, and nothing in Docker that could be left.
  await mkdir(claims, { recursive: true })
    .then(() =>
      putWhole(join(claims, basename(folder)), JSON.stringify({ owner: thisOwner, folder })),
    )
    .catch(() => {});
  return folder;
}

export async function reapFolders(from = claims): Promise<void> {
  for (const name of await readdir(from).catch(() => [])) {
    const path = join(from, name);
    const claim = read(await readFile(path, "utf8").catch(() => ""));
    if (claim === undefined) continue;
    if (existsSync(claim.folder)) {
      if (isAlive(claim.owner)) continue;
      await clear(claim.folder);
    }
    await rm(path, { force: true });
  }
}

/** Undefined: it is gone, or not whole yet. */
function read(text: string): { owner: string; folder: string } | undefined {
  try {
    const claim = JSON.parse(text) as { owner?: string; folder?: string };
    return claim.owner && claim.folder ? { owner: claim.owner, folder: claim.folder } : undefined;
  } catch {
    return undefined;
  }
}

/** Each part is tried whatever became of the one before it. */
async function clear(folder: string): Promise<void> {
  await endProcessesIn(folder);
  for (const store of findStores(folder)) {
    const argv = [
      process.execPath,
      "--disable-warning=ExperimentalWarning",
      agentMain,
      "purge",
      "--data-dir",
      store,
    ];
    await attempt(argv, { timeout: 60_000 });
  }
  await endProcessesIn(folder);
  for (const mount of await mountsIn(folder)) await attempt(["umount", "--lazy", mount]);
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

async function endProcessesIn(folder: string): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    for (const pid of await processesIn(folder)) {
      try {
        process.kill(pid, signal);
      } catch {
        // Gone in the meantime.
      }
    }
    await until(
      "the end of abandoned processes",
      async () => (await processesIn(folder)).length === 0,
      { within: 5_000 },
    ).catch(() => {});
  }
}

/** The name of such a folder is unique: who was started with it belongs to it. */
async function processesIn(folder: string): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue;
    const words = (await readFile(`/proc/${entry}/cmdline`, "utf8").catch(() => "")).split("\0");
    if (words.some((word) => word.includes(folder))) found.push(Number(entry));
  }
  return found;
}

/** Where an agent's own folder is, and an app's with the agent of this machine. */
function findStores(folder: string): string[] {
  return [folder, join(folder, "data"), join(folder, "local/data")].filter((place) =>
    existsSync(join(place, "store.db")),
  );
}

async function mountsIn(folder: string): Promise<string[]> {
  const mounts = (await readFile("/proc/mounts", "utf8"))
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "");
  return mounts.filter((mount) => mount === folder || mount.startsWith(`${folder}/`)).reverse();
}
