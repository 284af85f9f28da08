import { expect, test, vi } from "vitest";
import { createDeaths } from "./deaths.ts";

const event = (action: string, at: number, id = "c1") => ({ action, id, owner: { instance: "i" }, exitCode: 3, at });

test("three deaths within two minutes are a loop, and two quiet minutes end it", async () => {
  vi.useFakeTimers();
  const deaths = createDeaths({ readLines: async () => ["boom"], changed: () => {}, containersOf: () => ["c1", "c2"], askedToEndAt: () => 0 });
  const seen: unknown[] = [];
  const look = () => seen.push([deaths.loopingSince("c1"), deaths.crashes(["c1"])?.count ?? 0]);
  deaths.onEvent("s", event("die", 1000));
  deaths.onEvent("s", event("start", 1100));
  deaths.onEvent("s", event("die", 2000));
  look();
  deaths.onEvent("s", event("die", 3000));
  look();
  deaths.onEvent("s", event("start", 3100));
  await vi.advanceTimersByTimeAsync(119_000);
  look();
  await vi.advanceTimersByTimeAsync(2000);
  look();
  vi.useRealTimers();
  expect([seen, deaths.crashes(["c1"]), deaths.crashes(["another", null])]).toEqual([
    [[null, 2], [3000, 3], [3000, 3], [null, 3]],
    { count: 3, lastExitCode: 3, lastLines: ["boom"], outOfMemory: false },
    null,
  ]);
});

test("instances are counted apart and told together; one that stays away is forgotten", () => {
  let standing = ["c1", "c2"];
  const deaths = createDeaths({ readLines: async () => [], changed: () => {}, containersOf: () => standing, askedToEndAt: () => 0 });
  for (const at of [1000, 2000, 3000]) deaths.onEvent("s", event("die", at, "c1"));
  deaths.onEvent("s", { ...event("die", 4000, "c2"), exitCode: 9 });
  expect([deaths.loopingSince("c1"), deaths.loopingSince("c2"), deaths.lastAt("c2")]).toEqual([3000, null, 4000]);
  expect(deaths.crashes(["c1", "c2"])).toEqual({ count: 4, lastExitCode: 9, lastLines: [], outOfMemory: false });
  deaths.onEvent("s", event("oom", 4900, "c2"));
  deaths.onEvent("s", event("die", 5000, "c2"));
  expect(deaths.crashes(["c1", "c2"])?.outOfMemory).toBe(true);
  deaths.onEvent("s", event("die", 60_000, "c1"));
  expect(deaths.crashes(["c1", "c2"])?.outOfMemory).toBe(false);
  standing = ["c2", "c3"];
  deaths.onEvent("s", event("die", 61_000, "c3"));
  expect([deaths.crashes(["c1"]), deaths.crashes(["c2"])?.count]).toEqual([null, 2]);
  deaths.close();
});

test("an end that a job has asked for is no death, and the next one of what was begun again is", () => {
  let askedAt = 0;
  const deaths = createDeaths({ readLines: async () => [], changed: () => {}, containersOf: () => ["c1"], askedToEndAt: () => askedAt });
  for (const at of [1000, 2000, 3000, 4000]) {
    deaths.onEvent("s", event("start", at));
    askedAt = at + 500;
    deaths.onEvent("s", event("die", at + 600));
  }
  expect([deaths.loopingSince("c1"), deaths.crashes(["c1"]), deaths.lastAt("c1"), deaths.wasAsked("c1")]).toEqual([null, null, 4600, true]);
  deaths.onEvent("s", event("start", 5000));
  deaths.onEvent("s", event("die", 5100));
  expect([deaths.crashes(["c1"])?.count, deaths.wasAsked("c1")]).toEqual([1, false]);
  deaths.close();
});

test("of a last line that is very long the beginning is kept", async () => {
  const told = Promise.withResolvers<void>();
  const deaths = createDeaths({ readLines: async () => ["short", "x".repeat(60_000)], changed: () => told.resolve(), containersOf: () => ["c1"], askedToEndAt: () => 0 });
  deaths.onEvent("s", event("die", 1000));
  await told.promise;
  expect(deaths.crashes(["c1"])?.lastLines.map(({ length }) => length)).toEqual([5, 2001]);
  deaths.close();
});
