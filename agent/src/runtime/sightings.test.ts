import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeEach, expect, test } from "vitest";
import { migrate } from "../store/migrate.ts";
import { createInstance, findService, onServiceWritten, servingAddresses, turnInstance, type Db } from "../store/index.ts";
import { createSightings, watchSilence, type Sightings } from "./sightings.ts";
import { serviceState } from "./state.ts";

const id = (number: number) => `0198c0de-0000-7000-8000-${String(number).padStart(12, "0")}`;
const [PROXY, LIVE, SECOND] = [id(22), id(42), id(300)];
const deaths = { crashes: () => null, loopingSince: () => null, lastAt: () => 0, lastExit: () => null, wasAsked: () => false } as never;
const health = { of: () => "healthy" } as never;

let db: Db;
let time: number;
let sightings: Sightings;
let written: string[];
beforeEach(() => {
  db = new DatabaseSync(":memory:");
  db.exec(readFileSync(join(import.meta.dirname, "../store/fixtures/schema-2.sql"), "utf8"));
  migrate(db);
  createInstance(db, { id: SECOND, releaseId: LIVE, ordinal: 2, address: "10.210.0.8" });
  turnInstance(db, SECOND, "starting", "live");
  time = 1000;
  sightings = createSightings(db, () => time);
  written = [];
  onServiceWritten(db, (serviceId) => written.push(serviceId));
});
const told = () => {
  const { state, stateSince, unseen, instances } = serviceState({ db, deaths, health, sightings, probes: { of: () => null }, reached: { of: () => null }, outages: { startingSince: () => null } }, findService(db, PROXY)!);
  return { state, stateSince, unseen, instances: instances.map((one) => `${one.state} ${one.health ?? ""}`.trim()) };
};

test("what an earlier life of the agent saw is not known until all of it was seen again, and its route stays", () => {
  expect(told()).toEqual({ state: "unknown", stateSince: 1000, unseen: { state: "live", at: null, why: "not-yet" }, instances: ["unknown", "unknown"] });
  expect(servingAddresses(db, LIVE)).toHaveLength(2);
  sightings.saw(LIVE);
  expect(told()).toMatchObject({ state: "unknown", instances: ["live healthy", "unknown"] });
  sightings.saw(SECOND);
  expect(told()).toMatchObject({ state: "live", unseen: undefined, instances: ["live healthy", "live healthy"] });
});

test("a service is told of once when it is seen, and once when Docker is lost", () => {
  sightings.saw(LIVE);
  sightings.saw(LIVE);
  expect(written).toEqual([PROXY]);
  sightings.lost(5000);
  sightings.lost(6000);
  expect(written.filter((one) => one === PROXY)).toHaveLength(2);
  sightings.found();
  sightings.saw(LIVE);
  expect(written.filter((one) => one === PROXY)).toHaveLength(3);
});

test("while Docker is away nothing is seen, and what was seen before is told with its time", () => {
  turnInstance(db, SECOND, "live", "down");
  for (const one of [LIVE, SECOND]) sightings.saw(one);
  expect(told().state).toBe("degraded");
  sightings.lost(5000);
  sightings.saw(LIVE);
  expect(told()).toEqual({ state: "unknown", stateSince: 5000, unseen: { state: "degraded", at: 5000, why: "docker-away" }, instances: ["unknown", "unknown"] });
  sightings.found();
  expect(told()).toMatchObject({ state: "unknown", unseen: { at: 5000, why: "not-yet" } });
  for (const one of [LIVE, SECOND]) sightings.saw(one);
  expect(told().state).toBe("degraded");
});

test("a Docker that falls silent is lost without a broken stream, and looked at when it is heard again", () => {
  let fallSilent = (_since: number) => {};
  let hear = () => {};
  let looks = 0;
  const pulse = { onSilent: (act: typeof fallSilent) => ((fallSilent = act), () => {}), onHeardAgain: (act: () => void) => ((hear = act), () => {}) };
  watchSilence({ pulse } as never, sightings, () => (looks += 1));
  for (const one of [LIVE, SECOND]) sightings.saw(one);
  fallSilent(7000);
  expect(told()).toMatchObject({ state: "unknown", stateSince: 7000 });
  hear();
  sightings.saw(LIVE);
  expect([looks, sightings.unseen(LIVE), sightings.unseen(SECOND)?.why]).toEqual([1, null, "not-yet"]);
});

test("one that began after it was seen last may have ended unheard; of one that is seen, or never was, that is not said", () => {
  const said = (startedAt: number) => [LIVE, SECOND].map((one) => sightings.mayHaveEnded(one, startedAt));
  sightings.saw(LIVE);
  expect(said(9000)).toEqual([false, false]);
  sightings.lost(5000);
  expect([said(4000), said(9000)]).toEqual([[false, false], [true, false]]);
  sightings.found();
  expect(said(9000)).toEqual([true, false]);
  sightings.saw(LIVE);
  expect(said(9000)).toEqual([false, false]);
});
