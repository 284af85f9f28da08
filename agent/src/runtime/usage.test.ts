import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { goLive } from "../deploy/live.ts";
import { createFakeClock } from "../jobs/entry.fixture.ts";
import { createInstance, createProject, createRelease, createService, environmentsOf, findService, turnInstance, updateInstance } from "../store/index.ts";
import { migrate } from "../store/migrate.ts";
import { createUsage, type Readers } from "./usage.ts";

const MiB = 1024 ** 2;

function room(over: Partial<Readers> = {}) {
  const db = new DatabaseSync(":memory:");
  migrate(db);
  createProject(db, { id: "p", name: "shop" });
  const config = { source: { type: "image" as const, reference: "nginx:1" }, memoryMiB: 512, processors: 0.5, replicas: 2 } as never;
  createService(db, { id: "s", projectId: "p", environmentId: environmentsOf(db, "p")[0]!.id, name: "web", shape: "web", config });
  createRelease(db, { id: "r", serviceId: "s", deploymentId: "d", shape: "web", config, variables: null, state: "preparing" });
  for (const ordinal of [1, 2]) {
    createInstance(db, { id: `n${ordinal}`, releaseId: "r", ordinal, address: null });
    updateInstance(db, `n${ordinal}`, { containerId: `c${ordinal}` });
  }
  goLive(db, "s", "r");
  const clock = createFakeClock();
  const begun = clock.now();
  let reads = 0;
  /** Half a processor, all the time. */
  const group: Readers["group"] = async () => ((reads += 1), { memory: 100 * MiB, processorMs: (clock.now() - begun) / 2 });
  const usage = createUsage({ db, docker: {} as never, sightings: { unseen: () => null }, clock }, { group, docker: async () => null, pidOf: async () => 7, ...over });
  async function ask() {
    const asked = usage.of([findService(db, "s")!]);
    await clock.forward(1000);
    return (await asked)[0];
  }
  return { db, ask, clock, reads: () => reads };
}

test("the first look waits for a span, the next ones count since the last, and two at once read once", async () => {
  const { ask, clock, reads } = room();
  const first = await ask();
  expect(first).toEqual({
    serviceId: "s",
    memoryLimit: 512 * MiB,
    processorLimit: 0.5,
    instances: [1, 2].map((ordinal) => ({ id: `n${ordinal}`, ordinal, memory: 100 * MiB, processors: 0.5 })),
  });
  expect(reads()).toBe(4);
  await clock.forward(5000);
  await Promise.all([ask(), ask()]);
  expect(reads()).toBe(6);
});

test("what is down, what cannot be read and what does not answer is not known", async () => {
  const { db, ask } = room({ group: async (container) => (container === "c1" ? { memory: 5, processorMs: 1 } : null), docker: () => new Promise(() => {}) });
  expect((await ask())!.instances.map(({ memory }) => memory)).toEqual([5, null]);
  turnInstance(db, "n1", "live", "down");
  expect((await ask())!.instances.map(({ memory }) => memory)).toEqual([null, null]);
});

test("one that began again counts from nothing", async () => {
  let ms = 5000;
  const { ask, clock } = room({ group: async () => ({ memory: 5, processorMs: (ms += 100) }) });
  await ask();
  await clock.forward(2000);
  ms = 0;
  expect((await ask())!.instances[0]!.processors).toBeGreaterThanOrEqual(0);
});

test("where the kernel's counts are out of reach Docker is asked", async () => {
  const { ask, clock } = room({ group: async () => null, docker: async () => ({ memory: 9, processorMs: clock.now() / 4 }) });
  expect((await ask())!.instances[0]).toMatchObject({ memory: 9, processors: 0.25 });
});
