import { expect, test } from "vitest";
import { afterChanges, type Server, type ServerChanges } from "../../contract/index.ts";
import { createLive } from "../live/live.ts";
import { between, deltas } from "./deltas.ts";

const ready = { state: "ready" } as const;
const offline = { state: "offline" } as const;
const make = (id: string, fields: Partial<Server> = {}): Server => ({ id, name: id, kind: "ssh", login: null, tags: [], connection: ready, hello: null, lastSeenAt: 1, notice: null, ...fields });
const patched = (list: Server[], id: string, fields: Partial<Server>) => list.map((each) => (each.id === id ? { ...each, ...fields } : each));

async function* of(...lists: Server[][]) {
  yield* lists;
}

test("the whole list once, then each server that changed; a beat is none", async () => {
  const first = [make("a", { tags: [] }), make("b", { connection: offline, lastSeenAt: null })];
  const beat = patched(first, "a", { lastSeenAt: 2 });
  const lost = patched(beat, "a", { connection: { state: "reconnecting", attempt: 1, nextAt: 3 } });
  const seen = patched(lost, "b", { lastSeenAt: 9 });
  const batches: ServerChanges[] = [];
  for await (const batch of deltas(of(first, beat, lost, seen))) batches.push(batch);
  expect(batches).toEqual([
    { whole: true, servers: first, removed: [], order: null },
    // With the time of the beat that nobody was told of.
    { whole: false, servers: [{ ...first[0], lastSeenAt: 2, connection: { state: "reconnecting", attempt: 1, nextAt: 3 } }], removed: [], order: null },
    { whole: false, servers: [{ ...first[1], lastSeenAt: 9 }], removed: [], order: null },
  ]);
});

test("what changes in a burst is told at once", async () => {
  const ids = Array.from({ length: 50 }, (_, at) => `s${at}`);
  const list = createLive<Server[]>(ids.map((id) => make(id)));
  const batches = deltas(list.watch());
  await batches.next();
  const next = batches.next();
  for (const id of ids) {
    await Promise.resolve();
    list.update((all) => patched(all, id, { connection: offline }));
  }
  expect((await next).value).toMatchObject({ servers: { length: 50 } });
  await batches.return(undefined);
});

test("what is told makes the same list, whatever happens to it; what did not change stays the same object", () => {
  let random = 7;
  const next = (below: number) => (random = (random * 48271) % 2147483647) % below;
  let made = 0;
  const another = () => make(`s${(made += 1)}`);
  let list = Array.from({ length: 6 }, another);
  let window = list;
  for (let round = 0; round < 2000; round += 1) {
    const before = list;
    const acts = [
      () => [...list, another()],
      () => list.filter((_, at) => at !== next(list.length + 1)),
      () => list.toSorted(() => next(3) - 1),
      () => list.map((each, at) => (at === next(list.length + 1) ? { ...each, name: `r${round}` } : each)),
      () => [another(), ...list.slice(1)],
    ];
    for (let count = next(3); count >= 0; count -= 1) list = acts[next(acts.length)]!();
    list = list.slice(0, 12);
    const batch = between(before, list);
    const was = window;
    if (batch) window = afterChanges(window, batch);
    expect(window).toEqual(list);
    for (const each of was) if (list.includes(each)) expect(window).toContain(each);
  }
});
