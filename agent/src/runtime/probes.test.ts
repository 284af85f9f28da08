import { expect, test } from "vitest";
import type { Look } from "../deploy/health-kinds.ts";
import { createFakeClock } from "../jobs/entry.fixture.ts";
import { createProbes, type Probed } from "./probes.ts";

const WELL: Look = { is: "well" };
const unwell = (said: string): Look => ({ is: "unwell", said });
/** Ids whose ends are spread as random ones are. */
const idOf = (number: number) => `0198c0de-0000-7000-8000-${String(number).padStart(6, "0")}${Math.floor(((number * 0.618) % 1) * 16 ** 6).toString(16).padStart(6, "0")}`;

type Given = { services?: number; each?: number; probed?: Probed | null; answer?: (id: string) => Look | Promise<Look> };

function probing({ services = 1, each = 1, probed = { everySeconds: undefined, startSeconds: 0 }, answer = () => WELL }: Given) {
  const clock = createFakeClock();
  const begun = clock.now();
  const end = new AbortController();
  const serving = Array.from({ length: services * each }, (_, at) => ({ id: idOf(at), releaseId: `r${at % services}`, serviceId: `s${at % services}` }));
  const asked: { id: string; at: number }[] = [];
  const changes: string[] = [];
  /** What the clock of the machine is set to besides. */
  const set = { ms: 0 };
  const probes = createProbes({
    clock: { ...clock, now: () => clock.now() + set.ms },
    signal: end.signal,
    serving: () => serving,
    probed: () => probed,
    async look(id) {
      asked.push({ id, at: (clock.now() - begun) / 1000 });
      return answer(id);
    },
    changed: (serviceId) => void changes.push(serviceId),
  });
  probes.start();
  return { clock, set, begun, probes, serving, asked, changes, end };
}

test("three answers in a row that are not good make it unhealthy since the first, and a good one ends it", async () => {
  const answers: Look[] = [WELL, unwell("a"), unwell("b"), WELL, unwell("c"), { is: "unseen" }, unwell("d"), unwell("e"), unwell("e"), unwell("f"), WELL];
  const { clock, begun, probes, asked, changes } = probing({ answer: () => answers.shift() ?? WELL });
  const told: (string | null)[] = [];
  for (let number = 1; number <= 11; number += 1) {
    while (asked.length < number) await clock.forward(1000);
    told.push(probes.of(idOf(0))?.said ?? null);
    if (number === 8) expect(probes.of(idOf(0))?.since).toBe(begun + asked[4]!.at * 1000);
  }
  expect(told).toEqual([null, null, null, null, null, null, null, "e", "e", "f", null]);
  // Told when it begins, when it says something else, and when it ends.
  expect(changes).toEqual(["s0", "s0", "s0"]);
});

test("what Docker has asked several times already is believed at once", async () => {
  const { clock, probes } = probing({ answer: () => ({ is: "unwell", said: "exit code 1", counted: true }) });
  await clock.forward(20_000);
  expect(probes.of(idOf(0))?.said).toBe("exit code 1");
});

test("failures do not count while it starts", async () => {
  const { clock, probes, asked } = probing({ probed: { everySeconds: 5, startSeconds: 60 }, answer: () => unwell("no") });
  await clock.forward(60_000);
  expect([asked.length >= 10, probes.of(idOf(0))]).toEqual([true, null]);
  await clock.forward(20_000);
  expect(probes.of(idOf(0))?.said).toBe("no");
});

test("two hundred services are asked apart from each other, each as often", async () => {
  const { clock, asked } = probing({ services: 200 });
  await clock.forward(120_000);
  const later = asked.filter(({ at }) => at >= 15);
  const perSecond = new Map<number, number>();
  for (const { at } of later) perSecond.set(at, (perSecond.get(at) ?? 0) + 1);
  expect(Math.max(...perSecond.values())).toBeLessThanOrEqual(20);
  const times = later.filter(({ id }) => id === idOf(7)).map(({ at }) => at);
  expect(times.length).toBeGreaterThanOrEqual(6);
  expect(new Set(asked.map(({ id }) => id)).size).toBe(200);
});

test("with more than there is room for each is asked less often, and none is left out", async () => {
  const { clock, asked } = probing({ services: 200, each: 8 });
  await clock.forward(300_000);
  const count = new Map<string, number>();
  for (const { id } of asked) count.set(id, (count.get(id) ?? 0) + 1);
  expect(count.size).toBe(1600);
  expect(asked.length).toBeLessThanOrEqual(301 * 20);
  expect(Math.min(...count.values())).toBeGreaterThanOrEqual(2);
});

test("of one service one instance is asked at a time, and one that does not answer is not asked again meanwhile", async () => {
  const held: (() => void)[] = [];
  const { clock, asked, end, probes } = probing({ each: 3, answer: () => new Promise((resolve) => held.push(() => resolve(WELL))) });
  await clock.forward(60_000);
  expect(asked.length).toBe(1);
  held[0]!();
  await clock.forward(2000);
  expect(new Set(asked.map(({ id }) => id)).size).toBe(2);
  end.abort();
  for (const release of held) release();
  await probes.idle();
});

test("what was found of a process that ended is forgotten, also where its answer comes late", async () => {
  let answer = Promise.withResolvers<Look>();
  const { clock, probes, asked } = probing({ answer: () => answer.promise });
  for (let number = 1; number <= 3; number += 1) {
    while (asked.length < number) await clock.forward(1000);
    if (number === 3) probes.forget(idOf(0));
    answer.resolve(unwell("no"));
    answer = Promise.withResolvers<Look>();
    await clock.settled();
  }
  expect(probes.of(idOf(0))).toBeNull();
  answer.resolve(WELL);
});

test("what only has to stay up is never asked", async () => {
  const { clock, asked } = probing({ probed: null });
  await clock.forward(120_000);
  expect(asked).toEqual([]);
});

test("a clock that is set back keeps nobody from being asked", async () => {
  const { clock, set, asked } = probing({});
  await clock.forward(20_000);
  set.ms = -3_600_000;
  const before = asked.length;
  await clock.forward(40_000);
  expect(asked.length).toBeGreaterThanOrEqual(before + 2);
});
