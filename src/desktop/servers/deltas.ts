import { setTimeout as pause } from "node:timers/promises";
import type { Server, ServerChanges } from "../../contract/index.ts";

/** Milliseconds between two batches: at a start fifty servers change within a second, and a window draws each batch. */
const REST = 50;

/** A list that is told whole, turned into what changed in it: a beat of a server that answers changes nothing that is shown. `lists` may skip what is not the newest. */
export async function* deltas(lists: AsyncIterable<readonly Server[]>, rest = REST): AsyncGenerator<ServerChanges> {
  let told: readonly Server[] | undefined;
  for await (const list of lists) {
    const batch = told === undefined ? { whole: true, servers: [...list], removed: [], order: null } : between(told, list);
    // What is not told is compared again: a beat that nobody heard of goes with the next change.
    if (!batch) continue;
    told = list;
    yield batch;
    await pause(rest);
  }
}

/** Null: nothing to tell. */
export function between(before: readonly Server[], now: readonly Server[]): ServerChanges | null {
  const old = new Map(before.map((each) => [each.id, each]));
  const here = new Set(now.map(({ id }) => id));
  const servers = now.filter((each) => !isSame(old.get(each.id), each));
  const removed = before.flatMap(({ id }) => (here.has(id) ? [] : id));
  // Where new ones stand at the end and nothing else moved, the order needs no words.
  const expected = [...before.flatMap(({ id }) => (here.has(id) ? id : [])), ...now.flatMap(({ id }) => (old.has(id) ? [] : id))];
  const order = now.every(({ id }, index) => id === expected[index]) ? null : now.map(({ id }) => id);
  return servers.length + removed.length > 0 || order ? { whole: false, servers, removed, order } : null;
}

/** When one was last seen is news only of one that is away; its other fields are new objects where they are others. */
function isSame(old: Server | undefined, now: Server): boolean {
  if (old === undefined || old === now) return old === now;
  const isBeat = now.connection.state === "ready" && old.connection.state === "ready";
  return (Object.keys(now) as (keyof Server)[]).every((key) => (key === "lastSeenAt" && isBeat) || old[key] === now[key]);
}
