import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { goLive } from "../deploy/live.ts";
import { createFakeClock } from "../jobs/entry.fixture.ts";
import { createInstance, createJob, createProject, createRelease, createService, environmentsOf, findJob, openJobs, setIntent, updateInstance, updateJob, type NewJob } from "../store/index.ts";
import { migrate } from "../store/migrate.ts";
import { createDiskGuard, fillerAmong, floorOf, type Asked } from "./disk-guard.ts";

const GiB = 1024 ** 3;
const layer = (serviceId: string, written: number, container = `c-${serviceId}`) => ({ container, serviceId, written, running: true });

test("a tenth of a small disk and a GiB of a large one stay free", () => {
  expect([floorOf(2 * GiB), floorOf(500 * GiB)]).toEqual([0.2 * GiB, GiB]);
});

test("who has written most is the filler, and nobody where that would free too little", () => {
  const layers = [layer("a", 2 * GiB), layer("b", 5 * GiB), layer("c", 100)];
  expect([fillerAmong(layers, GiB)?.serviceId, fillerAmong(layers, 6 * GiB), fillerAmong([], 1)]).toEqual(["b", undefined, undefined]);
});

/** Services a and b that are live, each with instances c-a and c-b, and c-a2 of a; the disk is nearly full. */
function full(over: Partial<Asked> = {}) {
  const db = new DatabaseSync(":memory:");
  migrate(db);
  createProject(db, { id: "p", name: "shop" });
  const config = { source: { type: "image" as const, reference: "nginx:1" }, replicas: 2 } as never;
  for (const id of ["a", "b"]) {
    createService(db, { id, projectId: "p", environmentId: environmentsOf(db, "p")[0]!.id, name: id, shape: "web", config });
    createRelease(db, { id: `r-${id}`, serviceId: id, deploymentId: `d-${id}`, shape: "web", config, variables: null, state: "preparing" });
    for (const [at, container] of [`c-${id}`, `c-${id}2`].entries()) {
      createInstance(db, { id: container, releaseId: `r-${id}`, ordinal: at + 1, address: null });
      updateInstance(db, container, { containerId: container });
    }
    goLive(db, id, `r-${id}`);
  }
  const state = { free: GiB / 2, layers: [layer("a", 5 * GiB), layer("a", 0, "c-a2"), layer("b", 2 * GiB)], looks: 0 };
  const killed: string[] = [];
  const clock = createFakeClock();
  const end = new AbortController();
  const asked: Asked = {
    disk: async () => ({ free: state.free, total: 100 * GiB }),
    layers: async () => ((state.looks += 1), state.layers),
    async kill(container) {
      killed.push(container);
      state.layers = state.layers.map((one) => (one.container === container ? { ...one, running: false } : one));
    },
    refuseLoss: async () => {},
    ...over,
  };
  const enqueue = (job: NewJob) => (createJob(db, job), findJob(db, job.id)!);
  const guard = createDiskGuard({ db, docker: {} as never, instanceId: "i", note: () => {}, jobs: { enqueue }, clock, signal: end.signal }, asked);
  const stops = () => openJobs(db).map(({ kind, serviceId, input }) => [kind, serviceId, (input as { because: { written: number; free: number } }).because]);
  return { db, state, killed, clock, end, guard, stops, forward: async (ms: number) => (await clock.settled(), await clock.forward(ms)) };
}

test("who fills the disk is stopped once, all of it is killed, and nobody else is while it is on its way out", async () => {
  const { db, state, killed, guard, stops, forward, end } = full();
  guard.start();
  await forward(20_000);
  expect(stops()).toEqual([["stop", "a", { what: "disk", written: 5 * GiB, free: GiB / 2 }]]);
  expect(killed.toSorted()).toEqual(["c-a", "c-a2"]);
  // Past its commit: its containers still hold what they have written.
  setIntent(db, "a", "stopped");
  updateJob(db, openJobs(db)[0]!.id, { state: "succeeded", endedAt: 1 });
  await forward(20_000);
  expect([stops(), killed.length]).toEqual([[], 2]);
  // Gone, and it was not enough.
  state.layers = state.layers.filter(({ serviceId }) => serviceId !== "a");
  await forward(5000);
  expect([stops().map(([, id]) => id), killed.at(-1)]).toEqual([["b"], "c-b"]);
  end.abort();
});

test("what a job makes, or what is on its way out, is killed alone: what serves goes on", async () => {
  const { state, killed, guard, stops, forward, end } = full();
  state.layers.push(layer("a", 9 * GiB, "of-a-job"));
  guard.start();
  await forward(20_000);
  expect([stops(), killed]).toEqual([[], ["of-a-job"]]);
  end.abort();
});

test("with data that would go nobody is stopped or killed, nor where there is room or nobody has written so much", async () => {
  const refused = full({ refuseLoss: () => Promise.reject(new Error("data")) });
  const roomy = full();
  roomy.state.free = 2 * GiB;
  const others = full();
  others.state.layers = [layer("a", GiB / 2), layer("b", 10)];
  for (const { guard, forward, stops, killed, end } of [refused, roomy, others]) {
    guard.start();
    await forward(40_000);
    expect([stops(), killed]).toEqual([[], []]);
    end.abort();
  }
  expect(roomy.state.looks).toBe(0);
});

test("after a quick look it looks again soon, since a filler that has written little yet is fast; after a slow one it waits as much longer", async () => {
  const quick = full();
  quick.state.layers = [];
  quick.guard.start();
  await quick.forward(10_000);
  expect(quick.state.looks).toBeGreaterThanOrEqual(10);
  quick.end.abort();
  const slow: ReturnType<typeof full> = full({ layers: () => new Promise((resolve) => slow.clock.after(2000, () => resolve(((slow.state.looks += 1), [])))) });
  slow.guard.start();
  await slow.forward(60_000);
  expect([slow.state.looks >= 2, slow.state.looks <= 3]).toEqual([true, true]);
  slow.end.abort();
});
