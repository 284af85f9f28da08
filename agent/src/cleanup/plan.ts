import { stat } from "node:fs/promises";
import type { CleanupPreview, CLEANUP_REACHES, StorageSettings } from "../../contract/index.ts";
import { toProblem } from "../../contract/index.ts";
import { engineDir } from "../docker/engine.ts";
import { diskRoom } from "../host/index.ts";
import { readStorage } from "../store/index.ts";
import { budgetOf, markOf, type Deps, type Disk, type Disks, type Found, type Item, type Part, type Place } from "./part.ts";
import { PARTS } from "./parts.ts";

export type Reach = (typeof CLEANUP_REACHES)[number] | "mark";

type Looked = { part: Part; found: Found; budget: number | null; unknown: string | null };

/** Docker before 23 adds up all that it has. */
const LOOK_SECONDS = 60;
/** Of one part; the rest goes with the next cleanup. */
const MOST_ITEMS = 400;

export async function disksOf({ paths, docker }: Pick<Deps, "paths" | "docker">): Promise<Disks> {
  const data = await roomOf(paths.dataDir);
  const engine = (await roomOf(await engineDir(docker)).catch(() => null)) ?? data;
  // Parts of one btrfs differ in their device and have the same room.
  const same = data.device === engine.device || (data.free === engine.free && data.total === engine.total);
  return { data, engine, same };
}

async function roomOf(path: string): Promise<Disk & { device: number }> {
  const [{ dev: device }, { free, total }] = await Promise.all([stat(path), diskRoom(path)]);
  return { path, free, total, device };
}

/** The disk that lacks most until its mark is free. */
export function shortest({ data, engine, same }: Disks, settings: StorageSettings): { disk: Disk; mark: number; on: Place | null } {
  const left = (disk: Disk) => disk.free - markOf(settings, disk);
  const on = left(data) < left(engine) ? "data" : "engine";
  const { path, free, total } = on === "data" || same ? data : engine;
  const disk = { path, free, total };
  return { disk, mark: markOf(settings, disk), on: same ? null : on };
}

export const freeOf = ({ data, engine, same }: Disks): number => data.free + (same ? 0 : engine.free);

/** What would be taken: down to the budgets, until the mark is free again, or all that nobody needs. */
export async function preview(deps: Deps, reach: Reach, given?: AbortSignal): Promise<CleanupPreview> {
  const signal = AbortSignal.any([AbortSignal.timeout(LOOK_SECONDS * 1000), ...(given ? [given] : [])]);
  const settings = readStorage(deps.db);
  const disks = await disksOf(deps);
  const { disk, mark, on } = shortest(disks, settings);
  const looked: Looked[] = [];
  for (const part of PARTS) looked.push({ part, budget: budgetOf(part, settings, disks), ...(await lookAt(part, deps, signal)) });
  const chosen = choose(looked.map(({ part, found, budget }) => ({ found, budget, on: part.on })), reach, mark - disk.free, on);
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

type Choice = { found: Found; budget: number | null; on: Place };

/** For each part what goes, the oldest first. `needed`: bytes until the mark is free, on that disk; null: there is one alone. */
export function choose(looked: readonly Choice[], reach: Reach, needed: number, short: Place | null = null): Item[][] {
  if (reach === "all") return looked.map(({ found }) => found.items);
  const down = looked.map(({ found, budget }) => downTo(found, budget));
  // What goes from another disk frees nothing on this one.
  const frees = (place: Place) => ({ on = place }: Item) => short === null || on === short;
  let missing = reach === "mark" ? needed - looked.reduce((sum, { on }, at) => sum + total(down[at]!.filter(frees(on))), 0) : 0;
  return looked.map(({ found, on }, at) => {
    const taken = down[at]!;
    const isOf = frees(on);
    const more = found.items.filter((item) => !taken.includes(item) && item.nearest !== true && isOf(item) && missing > 0 && (missing -= item.bytes, true));
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
