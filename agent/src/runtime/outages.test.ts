import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeEach, expect, test } from "vitest";
import type { RouteTarget, TrialAnswer } from "../caddy/index.ts";
import { migrate } from "../store/migrate.ts";
import { createInstance, findInstance, turnInstance, updateInstance, type Db } from "../store/index.ts";
import { createOutages, type Outages } from "./outages.ts";
import { createSightings, type Sightings } from "./sightings.ts";

// The races of deaths, returns and jobs; what Docker and Caddy do of it is tested on the real ones (test/agent/instances.test.ts).
const id = (number: number) => `0198c0de-0000-7000-8000-${String(number).padStart(12, "0")}`;
const [LIVE, SECOND] = [id(42), id(300)];
const good: TrialAnswer = { kind: "answer", status: 200, location: null, cookies: [] };

let db: Db;
let current: RouteTarget | null;
let answer: Promise<TrialAnswer> | TrialAnswer;
const STEADY_MS = 150;
let keepsDying = false;
let now = 0;
/** Milliseconds that the last question was given. */
let given = 0;
let outages: Outages;
let sightings: Sightings;
const app = (...addresses: string[]): RouteTarget => ({ type: "app", addresses, port: 80, releaseId: LIVE });
const BOTH = app("10.210.0.6", "10.210.0.8");

beforeEach(() => {
  db = new DatabaseSync(":memory:");
  db.exec(readFileSync(join(import.meta.dirname, "../store/fixtures/schema-2.sql"), "utf8"));
  migrate(db);
  createInstance(db, { id: SECOND, releaseId: LIVE, ordinal: 2, address: "10.210.0.8" });
  updateInstance(db, SECOND, { containerId: "second", state: "live" });
  current = BOTH;
  answer = good;
  keepsDying = false;
  now = 1;
  sightings = createSightings(db);
  outages = createOutages({
    db,
    sightings,
    routing: (act) => act(),
    names: { sync: async () => {} } as never,
    caddy: {
      current: async () => current,
      setTarget: async (_: string, target: RouteTarget | null) => void (current = target),
      trial: async () => ({ ask: ({ milliseconds }: { milliseconds: number }) => ((given = milliseconds), answer), end: async () => {} }),
    } as never,
    docker: null as never,
    note: (event, data) => expect.fail(`${event} ${JSON.stringify(data)}`),
    keepsDying: () => keepsDying,
    signal: new AbortController().signal,
  }, { steadyMs: STEADY_MS, now: () => now });
});
const die = (container: string) => outages.onEvent({ action: "die", id: container, at: 1 });
const start = (container: string, at = 1) => outages.onEvent({ action: "start", id: container, at });
/** Docker was away from then on, and is back. */
function unheardSince(since: number) {
  sightings.saw(SECOND);
  sightings.lost(since);
  sightings.found();
}
const stateOf = (instance: string) => findInstance(db, instance)?.state;

test("one that dies leaves the route, and comes back when it answers", async () => {
  die("second");
  await outages.idle();
  expect([stateOf(SECOND), current]).toEqual(["down", app("10.210.0.6")]);
  start("second");
  await outages.idle();
  expect([stateOf(SECOND), current]).toEqual(["live", BOTH]);
});

test("the last one keeps its place in the route", async () => {
  die("second");
  die("facade");
  await outages.idle();
  expect([stateOf(SECOND), stateOf(LIVE), current]).toEqual(["down", "down", BOTH]);
  start("facade");
  await outages.idle();
  expect([stateOf(LIVE), current]).toEqual(["live", app("10.210.0.6")]);
});

test("one that dies again while it is asked stays down, whatever its last life answers", async () => {
  die("second");
  const late = Promise.withResolvers<TrialAnswer>();
  answer = late.promise;
  given = 0;
  start("second");
  await expect.poll(() => given).toBeGreaterThan(0);
  die("second");
  late.resolve(good);
  await outages.idle();
  expect([stateOf(SECOND), current]).toEqual(["down", app("10.210.0.6")]);
});

test("what a job has taken elsewhere is left alone, and so is a route that names what is not committed", async () => {
  const starting = createInstance(db, { id: id(301), releaseId: LIVE, ordinal: 1, address: "10.210.0.9" });
  current = app("10.210.0.9");
  die("second");
  await outages.idle();
  expect([stateOf(SECOND), stateOf(starting.id), current]).toEqual(["down", "starting", app("10.210.0.9")]);
  turnInstance(db, SECOND, "down", "retiring");
  start("second");
  await outages.idle();
  expect(stateOf(SECOND)).toBe("retiring");
  // And one of another release, which a deployment has just switched to.
  current = { type: "app", addresses: ["10.210.0.20"], port: 80, releaseId: id(99) };
  die("facade");
  await outages.idle();
  expect([stateOf(LIVE), current.type === "app" && current.releaseId]).toEqual(["down", id(99)]);
});

test("one whose page takes its time is given all the time of its health check", async () => {
  die("second");
  start("second");
  await outages.idle();
  expect([stateOf(SECOND), given > 25_000]).toEqual(["live", true]);
});

test("one that keeps dying must stay up before it gets requests", async () => {
  keepsDying = true;
  die("second");
  const began = performance.now();
  start("second");
  await outages.idle();
  expect([performance.now() - began >= STEADY_MS - 5, stateOf(SECOND), current]).toEqual([true, "live", BOTH]);
});

test("what was not told is found when it is looked at", async () => {
  outages.meet({ id: "second", running: false, startedAt: 1 });
  await outages.idle();
  expect([stateOf(SECOND), current]).toEqual(["down", app("10.210.0.6")]);
  outages.meet({ id: "second", running: true, startedAt: 1 });
  await outages.idle();
  expect(stateOf(SECOND)).toBe("live");
  // A worker has no route by which it could be asked.
  outages.meet({ id: "beaded", running: false, startedAt: 1 });
  outages.meet({ id: "beaded", running: true, startedAt: 1 });
  await outages.idle();
  expect(stateOf(id(44))).toBe("live");
});

test("what ended and began again while nobody looked must answer before it gets requests", async () => {
  const late = Promise.withResolvers<TrialAnswer>();
  answer = late.promise;
  unheardSince(3000);
  outages.meet({ id: "second", running: true, startedAt: 2000 });
  expect(stateOf(SECOND)).toBe("live");
  outages.meet({ id: "second", running: true, startedAt: 4000 });
  expect(stateOf(SECOND)).toBe("down");
  late.resolve(good);
  await outages.idle();
  expect([stateOf(SECOND), current]).toEqual(["live", BOTH]);
});

test("what is told to begin, and ended while nobody heard it, must answer before it gets requests", async () => {
  const late = Promise.withResolvers<TrialAnswer>();
  answer = late.promise;
  unheardSince(3000);
  start("second", 2000);
  expect(stateOf(SECOND)).toBe("live");
  start("second", 4000);
  expect(stateOf(SECOND)).toBe("down");
  late.resolve(good);
  await outages.idle();
  expect([stateOf(SECOND), current]).toEqual(["live", BOTH]);
  // Heard of all the time since: no more than a start.
  sightings.saw(SECOND);
  start("second", 5000);
  expect(stateOf(SECOND)).toBe("live");
});

test("one that runs again is starting since its process began, until it answers, ends, or its time is over", async () => {
  const starting = () => outages.startingSince(SECOND);
  let come: (told: TrialAnswer) => void = () => {};
  const silent = () => void (answer = new Promise<TrialAnswer>((resolve) => void (come = resolve)));
  silent();
  die("second");
  expect(starting()).toBeNull();
  start("second", 100);
  now = 200;
  expect([stateOf(SECOND), starting()]).toEqual(["down", 100]);
  // Asked on, it is down from then on; nor is it starting where it is met later.
  now = 100 + 24 * 3600_000;
  expect(starting()).toBeNull();
  now = 300;
  die("second");
  expect(starting()).toBeNull();
  come(good);
  silent();
  outages.meet({ id: "second", running: true, startedAt: 250 });
  expect(starting()).toBe(250);
  come(good);
  await outages.idle();
  expect([stateOf(SECOND), starting()]).toEqual(["live", null]);
});
