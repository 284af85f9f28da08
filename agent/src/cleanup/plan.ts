import { stat, statfs } from "node:fs/promises";
import type { CleanupPreview, CLEANUP_REACHES } from "../../contract/index.ts";
import { toProblem } from "../../contract/index.ts";
import { engineDir } from "../docker/engine.ts";
import { readStorage } from "../store/index.ts";
import { budgetOf, markOf, type Deps, type Disk, type Found, type Item, type Part } from "./part.ts";
import { PARTS } from "./parts.ts";

export type Reach = (typeof CLEANUP_REACHES)[number] | "mark";

type Looked = { part: Part; found: Found; budget: number | null; unknown: string | null };

/** Docker before 23 adds up all that it has. */
const LOOK_SECONDS = 60;
/** Of one part; the rest goes with the next cleanup. */
const MOST_ITEMS = 400;

/** The disk that Docker's images or our own files fill, whichever has less left. */
export async function tightestDisk({ paths, docker }: Pick<Deps, "paths" | "docker">): Promise<Disk> {
  const places = [paths.dataDir, await engineDir(docker)];
  const disks = await Promise.all(places.map(roomOf));
  return disks.flatMap((disk) => disk ?? []).toSorted((a, b) => a.free - b.free)[0] ?? { path: paths.dataDir, free: 0, total: 0 };
}

async function roomOf(path: string): Promise<Disk | null> {
  if ((await stat(path).catch(() => null)) === null) return null;
  const { bavail, blocks, bsize } = await statfs(path);
  return { path, free: bavail * bsize, total: blocks * bsize };
}

/** What would be taken: down to the budgets, until the mark is free again, or all that nobody needs. */
export async function preview(deps: Deps, reach: Reach, given?: AbortSignal): Promise<CleanupPreview> {
  const signal = AbortSignal.any([AbortSignal.timeout(LOOK_SECONDS * 1000), ...(given ? [given] : [])]);
  const settings = readStorage(deps.db);
  const disk = await tightestDisk(deps);
  const mark = markOf(settings, disk);
  const looked: Looked[] = [];
  for (const part of PARTS) looked.push({ part, budget: budgetOf(part, settings, disk), ...(await lookAt(part, deps, signal)) });
  const chosen = choose(looked, reach, mark - disk.free);
  const parts = looked.map(({ part, found, budget, unknown }, at) => ({
    part: part.name,
    words: part.words,
    bytes: found.bytes,
    budget,
    items: chosen[at]!.slice(0, MOST_ITEMS).map(({ id, name, serviceId, bytes, at: made }) => ({ id, name: name.slice(0, 200), serviceId, bytes, at: made })),
    unknown,
  }));
  return { disk, mark, parts, bytes: parts.reduce((sum, { items }) => sum + total(items), 0) };
}

async function lookAt(part: Part, deps: Deps, signal: AbortSignal): Promise<Pick<Looked, "found" | "unknown">> {
  try {
    return { found: await part.look(deps, signal), unknown: null };
  } catch (error) {
    // Docker that does not answer hides what it has, and nothing else.
    return { found: { bytes: 0, items: [] }, unknown: toProblem(error).message };
  }
}

const total = (items: readonly { bytes: number }[]) => items.reduce((sum, { bytes }) => sum + bytes, 0);

/** For each part what goes, the oldest first. `needed`: bytes until the mark is free. */
export function choose(looked: readonly Pick<Looked, "found" | "budget">[], reach: Reach, needed: number): Item[][] {
  if (reach === "all") return looked.map(({ found }) => found.items);
  const down = looked.map(({ found, budget }) => downTo(found, budget));
  let missing = reach === "mark" ? needed - down.reduce((sum, items) => sum + total(items), 0) : 0;
  return looked.map(({ found }, at) => {
    const taken = down[at]!;
    const more = found.items.filter((item) => !taken.includes(item) && item.nearest !== true && missing > 0 && (missing -= item.bytes, true));
    return found.items.filter((item) => taken.includes(item) || more.includes(item));
  });
}

function downTo({ bytes, items }: Found, budget: number | null): Item[] {
  let left = bytes;
  const taken = items.filter((item) => {
    const goes = item.over === true || (budget !== null && left > budget && item.nearest !== true);
    if (goes) left -= item.bytes;
    return goes;
  });
  return taken;
}
