// Where this machine's agent and what it starts run from: a folder of its own data, a folder per part named after its content. The app's
// own files may vanish (the mount of an AppImage, an archive) and so may its cache, while the agent lives on and starts programs.
import { constants } from "node:fs";
import { chmod, copyFile, mkdir, open, readdir, readFile, readlink, rename, rm, stat, writeFile } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { fail } from "@aeroplane/agent/contract";
import { partFolder, type WantedPart } from "../bootstrap/plan.ts";
import { hashFile, type Part } from "../parts/fetch.ts";
import { runsSystemd } from "./commands.ts";
import { localPlaces, surroundings } from "./places.ts";

type Card = { file: string; version: string; sha256: string; pin: string | null };

const CARD = "part.json";
/** What was compared once in this life of the app, by its stamp: hashing a quarter of a gigabyte at each reconnect would be felt. */
const compared = new Map<string, string>();

/** The same parts, each as a copy in that folder; what is there already is compared, and a copy that differs is made anew. */
export async function keepParts(folder: string, parts: readonly WantedPart[]): Promise<WantedPart[]> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const kept: WantedPart[] = [];
  for (const part of parts) {
    const home = join(folder, partFolder(part));
    const path = join(home, part.file);
    // Asked for what is kept itself, there is nothing to copy it from.
    if (!(await isWhole(path, part.sha256)) || !(await readCard(home))) await copyInto(folder, home, part);
    kept.push({ ...part, path });
  }
  return kept;
}

/** What `fetchPart` asks before it fetches: a part that was kept for the same pin, and is still what it was. */
export function keptIn(folder: string): (name: string, pin: string) => Promise<Part | undefined> {
  return async (name, pin) => {
    for (const entry of await readdir(folder).catch(() => [])) {
      if (!entry.startsWith(`${name}-`) || entry.includes(".new-")) continue;
      const home = join(folder, entry);
      const card = await readCard(home);
      if (card?.pin === pin && (await isWhole(join(home, card.file), card.sha256))) return { path: join(home, card.file), version: card.version, sha256: card.sha256, pin };
    }
    return undefined;
  };
}

/** Of this machine's own place of parts. */
export const keptHere = () => keptIn(localPlaces(surroundings(runsSystemd())).parts);

/** Removes what is not used any more, as far as no process runs from it. */
export async function dropUnused(folder: string, used: readonly WantedPart[]): Promise<void> {
  const names = new Set(used.map(partFolder));
  const old = (await readdir(folder).catch(() => [])).filter((entry) => /^(node|agent|caddy|buildx)-/.test(entry) && !names.has(entry));
  if (old.length === 0) return;
  const running = await runningWords();
  for (const entry of old) {
    const home = join(folder, entry);
    if (running === null || running.some((word) => word.startsWith(`${home}/`))) continue;
    await rm(home, { recursive: true, force: true });
  }
}

async function copyInto(folder: string, home: string, part: WantedPart): Promise<void> {
  const fresh = `${home}.new-${randomUUID()}`;
  try {
    await mkdir(fresh, { recursive: true });
    const path = join(fresh, part.file);
    await copyFile(part.path, path, constants.COPYFILE_FICLONE);
    await chmod(path, 0o755);
    const sha256 = await hashFile(path);
    if (sha256 !== part.sha256) throw fail("PART_UNAVAILABLE", { part: part.name, why: `${part.path} has the sha256 ${sha256} instead of ${part.sha256}` });
    const card: Card = { file: part.file, version: part.version, sha256, pin: part.pin ?? null };
    await writeFile(join(fresh, CARD), JSON.stringify(card));
    // Its content is on the disk before its name is: a folder under its final name is whole.
    for (const each of [path, join(fresh, CARD), fresh]) await sync(each);
    await takePlace(fresh, home);
    await sync(folder);
    await remember(join(home, part.file), sha256);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** One that is damaged makes room; a program that runs from it keeps its file. */
async function takePlace(fresh: string, home: string): Promise<void> {
  const old = `${fresh}-old`;
  await rename(home, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await rename(fresh, home);
  await rm(old, { recursive: true, force: true });
}

async function isWhole(path: string, sha256: string): Promise<boolean> {
  const stamp = await stampOf(path);
  if (stamp === null) return false;
  if (compared.get(path) === `${stamp} ${sha256}`) return true;
  if ((await hashFile(path)) !== sha256) return false;
  compared.set(path, `${stamp} ${sha256}`);
  return true;
}

async function remember(path: string, sha256: string): Promise<void> {
  const stamp = await stampOf(path);
  if (stamp !== null) compared.set(path, `${stamp} ${sha256}`);
}

async function stampOf(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ? `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}` : null;
}

async function readCard(home: string): Promise<Card | null> {
  try {
    return JSON.parse(await readFile(join(home, CARD), "utf8")) as Card;
  } catch {
    return null;
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The programs and the words of every process there is; null where that cannot be seen, and then nothing goes. */
async function runningWords(): Promise<string[] | null> {
  const pids = (await readdir("/proc").catch(() => [])).filter((entry) => /^\d+$/.test(entry));
  if (pids.length === 0) return null;
  const each = await Promise.all(
    pids.map(async (pid) => {
      const words = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");
      // A program whose folder has gone says so behind its path.
      return [await readlink(`/proc/${pid}/exe`).catch(() => ""), ...words];
    }),
  );
  return each.flat();
}
