import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuid } from "uuid";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createChanges } from "../changes/changes.ts";
import { dataPaths, type DataPaths } from "../config/paths.ts";
import { findJob, openStore, type Db } from "../store/index.ts";
import { claim } from "./claims.ts";
import { sleepOn } from "./clock.ts";
import { createFakeClock, entryOf } from "./entry.fixture.ts";
import type { JobContext, JobEntry } from "./entry.ts";
import { createRunner } from "./runner.ts";

let folder: string;
let paths: DataPaths;
let db: Db;
let clock: ReturnType<typeof createFakeClock>;
let told: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aeroplane-jobs-"));
  paths = dataPaths(folder);
  db = openStore(":memory:");
  clock = createFakeClock();
  told = [];
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

/** A life of the agent. */
function live(...entries: JobEntry[]) {
  const runner = createRunner({ db, paths, changes: createChanges(), clock });
  runner.register(entries);
  runner.start();
  return runner;
}
const at = (service: string) => ({ subject: service, projectId: "p", environmentId: "e", serviceId: service });
const job = (kind: string, service = "web", more: object = {}) => ({ id: uuid(), kind, ...at(service), ...more });
const state = (id: string) => findJob(db, id)!.state;
const warning = (id: string) => findJob(db, id)!.warnings.map(({ code }) => code).join(" ");
const takes = (ms: number) => async (context: JobContext) => {
  await sleepOn(clock, ms, context.signal);
  context.commit();
};
const forever = () => new Promise<void>(() => {});

test("one that pauses gives back what it holds and goes on from its checkpoint when its time has come", async () => {
  const copy = entryOf("copy", {
    crash: "resume",
    async run(context) {
      told.push(`from ${JSON.stringify(context.job.checkpoint)}`);
      if (context.job.checkpoint === null) {
        context.checkpoint({ part: 3 });
        await context.step("send", async () => context.pause("Until the night", clock.now() + 3600_000), { deadlineSeconds: 5 });
      }
      context.commit();
    },
  });
  const runner = live(copy, entryOf("stop"));
  const { id } = runner.enqueue(job("copy"));
  await clock.settled();
  expect([state(id), findJob(db, id)!.steps[0]]).toMatchObject(["paused", { state: "waiting", detail: "Until the night" }]);
  const stop = runner.enqueue(job("stop"));
  await clock.settled();
  expect(state(stop.id)).toBe("succeeded");
  await clock.forward(3599_000);
  expect(state(id)).toBe("paused");
  await clock.forward(1000);
  expect([state(id), told]).toEqual(["succeeded", ["from null", 'from {"part":3}']]);
});

test("its alarm outlives the agent, and a person can let it go on before", async () => {
  const copy = entryOf("copy", { run: async (context) => (context.job.startedAt === clock.now() ? context.pause("Later", clock.now() + 60_000) : context.commit()) });
  const first = live(copy);
  const [a, b] = [first.enqueue(job("copy")), first.enqueue(job("copy", "api"))];
  await clock.settled();
  await first.close();
  const second = live(copy);
  await clock.forward(1000);
  second.resume(b.id);
  await clock.settled();
  expect([state(a.id), state(b.id)]).toEqual(["paused", "succeeded"]);
  await clock.forward(60_000);
  expect(state(a.id)).toBe("succeeded");
});

test("one that is cancelled while it is paused undoes what it did, under its claims", async () => {
  const copy = entryOf("copy", { run: async (context) => context.pause("Later", null), undo: async () => void told.push("undone") });
  const runner = live(copy, entryOf("stop", { run: takes(5000) }));
  const { id } = runner.enqueue(job("copy"));
  await clock.settled();
  runner.enqueue(job("stop"));
  runner.cancel(id);
  await clock.forward(4000);
  expect([state(id), told]).toEqual(["queued", []]);
  await clock.forward(2000);
  expect([state(id), told]).toEqual(["cancelled", ["undone"]]);
});

test("one that is resumed is run again after a crash, three times without a new checkpoint, then undone", async () => {
  const copy = entryOf("copy", { crash: "resume", run: async (context) => (told.push(`${context.job.resumes}`), await forever()), undo: async () => void told.push("undone") });
  const { id } = live(copy).enqueue(job("copy"));
  for (let life = 0; life < 4; life += 1) {
    await clock.settled();
    live(copy);
  }
  await clock.settled();
  expect([told, state(id), findJob(db, id)!.problem?.code]).toEqual([["0", "1", "2", "3", "undone"], "failed", "INTERRUPTED"]);
});

test("a new checkpoint gives it three more lives, and a stop in order costs none", async () => {
  const copy = entryOf("copy", { crash: "resume", run: async (context) => (context.job.resumes === 3 && context.checkpoint("far"), told.push(`${context.job.resumes}`), await forever()) });
  let runner = live(copy);
  const { id } = runner.enqueue(job("copy"));
  for (let life = 0; life < 4; life += 1) runner = live(copy);
  for (let life = 0; life < 4; life += 1) {
    await clock.settled();
    const closing = runner.close();
    await clock.forward(5000);
    await closing;
    runner = live(copy);
  }
  expect([told, state(id)]).toEqual([["0", "1", "2", "0", "1", "1", "1", "1", "1"], "running"]);
});

test("an undo or a finish that hangs ends with a code, and what it held is free", async () => {
  const stuck = entryOf("stuck", { run: async () => Promise.reject(new Error("no")), undo: forever, deadlines: { run: 60, undo: 10, finish: 10 } });
  const late = entryOf("late", { finish: forever, deadlines: { run: 60, undo: 10, finish: 10 } });
  const runner = live(stuck, late, entryOf("stop"));
  const [a, b] = [runner.enqueue(job("stuck")), runner.enqueue(job("late", "api"))];
  const [x, y] = [runner.enqueue(job("stop")), runner.enqueue(job("stop", "api"))];
  await clock.forward(16_000);
  expect([a, b, x, y].map(({ id }) => `${state(id)} ${warning(id)}`.trim())).toEqual(["failed UNDO_UNFINISHED", "succeeded FINISH_UNFINISHED", "succeeded", "succeeded"]);
});

test("what fails after the commit is a warning: the job has succeeded", async () => {
  const partly = entryOf("partly", { run: async (context) => (context.commit(), Promise.reject(new Error("too late"))), finish: async () => void told.push("finished") });
  const runner = live(partly);
  const { id } = runner.enqueue(job("partly"));
  await clock.settled();
  expect([state(id), warning(id), findJob(db, id)!.problem, told]).toEqual(["succeeded", "FINISH_UNFINISHED", null, ["finished"]]);
});

test("a deadline by idle passes only in silence, and waiting in the line counts against none", async () => {
  const dump = entryOf("dump", {
    lane: () => "dump",
    claims: ({ subject }) => [claim.data(subject, "S")],
    deadlines: { run: { idle: 10 }, undo: 5, finish: 5 },
    async run(context) {
      for (let part = 0; part < 5; part += 1) {
        await sleepOn(clock, 8000, context.signal);
        context.progress({ done: part, total: 5, unit: "parts" });
      }
      if (context.job.serviceId === "api") await sleepOn(clock, 11_000, context.signal);
      context.commit();
    },
  });
  const runner = live(dump);
  const [a, b] = [runner.enqueue(job("dump")), runner.enqueue(job("dump", "api"))];
  expect(runner.waitsFor(b.id)).toBe("lane");
  await clock.forward(41_000);
  expect([state(a.id), state(b.id)]).toEqual(["succeeded", "running"]);
  await clock.forward(56_000);
  expect([state(b.id), findJob(db, b.id)!.problem?.code]).toEqual(["failed", "DEADLINE_PASSED"]);
});

test("one for the whole server is refused while others run or wait, and none begins beside it", async () => {
  const update = entryOf("update", { claims: () => [claim.instance("X")], run: takes(1000) });
  const runner = live(update, entryOf("stop", { run: takes(1000) }));
  runner.enqueue(job("stop"));
  expect(() => runner.enqueue(job("update"))).toThrow(/already has a running/);
  await clock.forward(1000);
  const { id } = runner.enqueue(job("update"));
  const stop = runner.enqueue(job("stop"));
  expect([state(id), state(stop.id), runner.hold([claim.process({ projectId: "p", environmentId: "e", serviceId: "api" }, "X")])]).toEqual(["running", "queued", null]);
  await clock.forward(2000);
  expect(state(stop.id)).toBe("succeeded");
});

test("what a deletion makes pointless goes, and the same call again finds its job", async () => {
  const remove = entryOf("remove", { deletes: "service", claims: ({ subject }) => [claim.service(subject, "X")], run: takes(1000) });
  const runner = live(remove, entryOf("stop", { run: takes(60_000) }));
  const [ran, waited, other] = [runner.enqueue(job("stop")), runner.enqueue(job("stop")), runner.enqueue(job("stop", "api"))];
  const asked = job("remove");
  const made = runner.enqueue(asked);
  expect(runner.deleting({ projectId: "p", environmentId: "e", serviceId: "web" })?.id).toBe(made.id);
  expect([runner.enqueue(asked).id, runner.deleting({ projectId: "p", environmentId: "e", serviceId: "api" })]).toEqual([made.id, undefined]);
  await clock.forward(2000);
  expect([ran, waited, other, made].map(({ id }) => state(id))).toEqual(["cancelled", "cancelled", "running", "succeeded"]);
});

test("a repair holds what a job would, gives way to one that waits, and hears when there is room", async () => {
  const runner = live(entryOf("stop", { run: takes(1000) }));
  runner.onFree(() => told.push("free"));
  const process = [claim.process({ projectId: "p", environmentId: "e", serviceId: "web" }, "X")];
  const release = runner.hold(process)!;
  const { id } = runner.enqueue(job("stop"));
  expect([state(id), runner.hold(process), runner.isFree(process)]).toEqual(["queued", null, false]);
  release();
  // Another repair may wait for what this one gives back.
  expect([state(id), runner.hold(process), told]).toEqual(["running", null, ["free"]]);
  await clock.forward(1000);
  expect([state(id), told, runner.isFree(process)]).toEqual(["succeeded", ["free", "free"], true]);
});
