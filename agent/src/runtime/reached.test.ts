import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { goLive } from "../deploy/live.ts";
import { createFakeClock } from "../jobs/entry.fixture.ts";
import { createInstance, createProject, createRelease, createService, environmentsOf, findService, turnInstance, updateInstance } from "../store/index.ts";
import { migrate } from "../store/migrate.ts";
import { createReached } from "./reached.ts";
import { serviceState } from "./state.ts";

/** A service with two instances that serve. */
function pair() {
  const db = new DatabaseSync(":memory:");
  migrate(db);
  createProject(db, { id: "p", name: "shop" });
  const config = { source: { type: "image" as const, reference: "nginx:1" }, memoryMiB: 512, replicas: 2 } as never;
  createService(db, { id: "s", projectId: "p", environmentId: environmentsOf(db, "p")[0]!.id, name: "web", shape: "web", config });
  createRelease(db, { id: "r", serviceId: "s", deploymentId: "d", shape: "web", config, variables: null, state: "preparing" });
  for (const ordinal of [1, 2]) {
    createInstance(db, { id: `n${ordinal}`, releaseId: "r", ordinal, address: null });
    updateInstance(db, `n${ordinal}`, { containerId: `c${ordinal}` });
  }
  goLive(db, "s", "r");
  return db;
}

test("a limit that an instance has run into is told once, with how often, and ends with its process", async () => {
  const db = pair();
  const clock = createFakeClock();
  const counts: Record<string, { memory: number; processes: number } | null> = { c1: { memory: 0, processes: 0 }, c2: null };
  const changes: string[] = [];
  const sightings = { unseen: () => null };
  const end = new AbortController();
  const given = { db, docker: {} as never, sightings, clock, signal: end.signal, changed: (id: string) => void changes.push(id) };
  const reached = createReached(given, { group: async (container) => counts[container] ?? null, pidOf: async () => 1 });
  const told = () =>
    serviceState({ db, deaths: { crashes: () => null, lastExit: () => null, lastAt: () => 0, loopingSince: () => null, wasAsked: () => false } as never, health: { of: () => undefined } as never, sightings: sightings as never, probes: { of: () => null }, outages: { startingSince: () => null }, reached }, findService(db, "s")!).reached;

  reached.start();
  await clock.forward(10_000);
  expect([told(), changes]).toEqual([undefined, []]);
  counts.c1 = { memory: 2, processes: 0 };
  await clock.forward(10_000);
  expect([told(), changes]).toEqual([[{ what: "memory", limit: "512 MB", count: 2 }], ["s"]]);
  counts.c1 = { memory: 2, processes: 900 };
  counts.c2 = { memory: 1, processes: 0 };
  await clock.forward(10_000);
  counts.c1 = { memory: 2, processes: 950 };
  await clock.forward(10_000);
  expect([told(), changes]).toEqual([[{ what: "memory", limit: "512 MB", count: 3 }, { what: "processes", limit: "2048", count: 950 }], ["s", "s", "s"]]);

  reached.forget("n1");
  turnInstance(db, "n1", "live", "down");
  expect(told()).toEqual([{ what: "memory", limit: "512 MB", count: 1 }]);
  end.abort();
});

test("one that had no process when it was looked at, or has another that nobody told of, is found again", async () => {
  const db = pair();
  const clock = createFakeClock();
  const end = new AbortController();
  let pid = 0;
  let lives = 7;
  const reached = createReached(
    { db, docker: {} as never, sightings: { unseen: () => null }, clock, signal: end.signal, changed: () => {} },
    { group: async (_, of) => (of === lives ? { memory: of, processes: 0 } : null), pidOf: async () => pid },
  );
  reached.start();
  await clock.forward(10_000);
  pid = 7;
  await clock.forward(60_000);
  expect(reached.of("n1")?.memory).toBe(7);
  [pid, lives] = [8, 8];
  await clock.forward(70_000);
  expect(reached.of("n1")?.memory).toBe(8);
  end.abort();
});
