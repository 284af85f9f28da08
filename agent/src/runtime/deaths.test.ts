import { expect, test, vi } from "vitest";
import { createDeaths } from "./deaths.ts";

const event = (action: string, at: number) => ({ action, id: "c1", owner: { instance: "i" }, exitCode: 3, at });

test("three deaths within two minutes are a loop, and two quiet minutes end it", async () => {
  vi.useFakeTimers();
  const deaths = createDeaths({ readLines: async () => ["boom"], changed: () => {} });
  const seen: unknown[] = [];
  const look = () => seen.push([deaths.loopingSince("s", "c1"), deaths.crashes("s", "c1")?.count ?? 0]);
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
  expect([seen, deaths.crashes("s", "c1"), deaths.crashes("s", "another")]).toEqual([
    [[null, 2], [3000, 3], [3000, 3], [null, 3]],
    { count: 3, lastExitCode: 3, lastLines: ["boom"] },
    null,
  ]);
});
