import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuid } from "uuid";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createChanges } from "../changes/changes.ts";
import { dataPaths, type DataPaths } from "../config/paths.ts";
import { deleteJob, findJob, findJobGroup, jobsOfGroup, openStore, type Db, type OnFailure } from "../store/index.ts";
import { sleepOn, type Clock } from "./clock.ts";
import { createFakeClock, entryOf } from "./entry.fixture.ts";
import { createRunner } from "./runner.ts";

let folder: string;
let paths: DataPaths;
let db: Db;
let clock: ReturnType<typeof createFakeClock>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aeroplane-jobs-"));
  paths = dataPaths(folder);
  db = openStore(":memory:");
  clock = createFakeClock();
  last = null;
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

const copyOn = (own: Clock) =>
  entryOf("copy", {
    async run(context) {
      await sleepOn(own, 1000, context.signal);
      if (context.job.serviceId === "bad") throw new Error("no");
      context.commit();
    },
    finish: async (context) => sleepOn(own, 1000, context.signal),
  });
/** A life of the agent; the one before it is dead. */
let last: { kill(): void } | null = null;
function live() {
  last?.kill();
  const own = clock.life();
  last = own;
  const runner = createRunner({ db, paths, changes: createChanges(), clock: own });
  runner.register([copyOn(own), { ...copyOn(own), kind: "deploy", supersedes: (older, { subject }) => older.kind === "deploy" && older.serviceId === subject.serviceId }]);
  runner.start();
  return runner;
}
const member = (service: string, ...after: { id: string }[]) => memberOf("copy", service, after);
const deployOf = (service: string, ...after: { id: string }[]) => memberOf("deploy", service, after);
const memberOf = (kind: string, service: string, after: { id: string }[]) => ({
  job: { id: uuid(), kind, subject: service, projectId: "p", environmentId: "e", serviceId: service },
  after: after.map(({ id }) => id),
});
const states = (groupId: string) => jobsOfGroup(db, groupId).map(({ subject, state }) => `${subject} ${state}`);
function begin(runner: ReturnType<typeof live>, first: string, onFailure: OnFailure) {
  const id = uuid();
  const [a, b] = [member(first), member("api")];
  const c = member("web", a.job, b.job);
  const d = member("docs", c.job);
  runner.enqueueGroup({ id, subject: "Move shop", onFailure, members: [a, b, c, d] });
  return { id, members: [a, b, c, d].map(({ job }) => job.id) };
}

test("members begin when those before them have ended, also over a crash", async () => {
  const { id } = begin(live(), "db", "stop");
  await clock.forward(1500);
  expect(states(id)).toEqual(["db running", "api running", "web queued", "docs queued"]);
  live();
  await clock.forward(1000);
  expect(states(id)).toEqual(["db succeeded", "api succeeded", "web running", "docs queued"]);
  live();
  await clock.forward(5000);
  // Interrupted before its commit: it is undone, and what was to follow is not begun.
  expect(states(id)).toEqual(["db succeeded", "api succeeded", "web failed", "docs cancelled"]);
});

test("a failure drops what was to follow, and says why; or everything goes on, as the group wants", async () => {
  const runner = live();
  const [stops, goes] = [begin(runner, "bad", "stop"), begin(runner, "bad", "goOn")];
  await clock.forward(20_000);
  expect([states(stops.id), states(goes.id)]).toEqual([
    ["bad failed", "api succeeded", "web cancelled", "docs cancelled"],
    ["bad failed", "api succeeded", "web succeeded", "docs succeeded"],
  ]);
  expect(findJob(db, stops.members[2]!)?.problem).toMatchObject({ code: "GROUP_STOPPED", message: "web was not begun, because bad before it did not succeed." });
});

test("a member that waits for another holds nothing and reserves nothing", async () => {
  const runner = live();
  begin(runner, "db", "stop");
  const other = runner.enqueue(member("web").job);
  await clock.settled();
  expect([other.state, runner.waitsFor(other.id)]).toEqual(["running", null]);
});

test("cancelling a group drops what has not begun, undoes what runs, keeps what is committed, and says which", async () => {
  const runner = live();
  const id = uuid();
  const [a, b] = [member("db"), member("bad")];
  const c = member("web", a.job);
  runner.enqueueGroup({ id, subject: "Move shop", onFailure: "stop", members: [a, c] });
  await clock.forward(1500);
  runner.enqueueGroup({ id: uuid(), subject: "Other", onFailure: "stop", members: [b] });
  const names = (jobs: { subject: string }[]) => jobs.map(({ subject }) => subject);
  const told = runner.cancelGroup([...jobsOfGroup(db, id), findJob(db, b.job.id)!]);
  expect([names(told.dropped), names(told.undone), names(told.kept)]).toEqual([["web"], ["bad"], ["db"]]);
  await clock.forward(5000);
  expect([...states(id), findJob(db, b.job.id)?.state]).toEqual(["db succeeded", "web cancelled", "cancelled"]);
});

test("a repeated call finds the group that the first one made; it goes with its last member", async () => {
  const runner = live();
  const plan = { id: uuid(), subject: "Move shop", onFailure: "stop" as const, members: [member("db"), member("api")] };
  const ids = runner.enqueueGroup(plan).map(({ id }) => id);
  expect([runner.enqueueGroup(plan).map(({ id }) => id), jobsOfGroup(db, plan.id).length]).toEqual([ids, 2]);
  await clock.forward(5000);
  deleteJob(db, ids[0]!);
  expect(findJobGroup(db, plan.id)).toBeDefined();
  deleteJob(db, ids[1]!);
  expect(findJobGroup(db, plan.id)).toBeUndefined();
});

test.each([["in one life", false], ["over a crash", true]])("who waits for a member that a newer one replaces waits for the newer one, %s", async (_, crash) => {
  let runner = live();
  // It holds what both of them need.
  runner.enqueue(member("db").job);
  const [first, second] = [uuid(), uuid()];
  const old = deployOf("db");
  const web = deployOf("web", old.job);
  runner.enqueueGroup({ id: first, subject: "First", onFailure: "stop", members: [old, web, deployOf("docs", old.job, web.job)] });
  runner.enqueueGroup({ id: second, subject: "Second", onFailure: "stop", members: [deployOf("db"), deployOf("api")] });
  await clock.settled();
  expect([states(first), states(second), runner.waitsFor(web.job.id)]).toEqual([["db cancelled", "web queued", "docs queued"], ["db queued", "api running"], "group"]);
  if (crash) runner = live();
  await clock.forward(crash ? 500 : 2500);
  expect([states(second)[0], runner.waitsFor(web.job.id)]).toEqual(["db running", "group"]);
  await clock.forward(10_000);
  expect(states(first)).toEqual(["db cancelled", "web succeeded", "docs succeeded"]);
});

test("what a newer one replaces ends with the newer one's row: no crash is between them", async () => {
  const runner = live();
  runner.enqueue(member("db").job);
  const [old, newer] = [deployOf("db").job, deployOf("db").job];
  runner.enqueue(old);
  db.exec("CREATE TRIGGER cut BEFORE UPDATE OF state ON job WHEN NEW.state = 'cancelled' BEGIN SELECT RAISE(ABORT, 'cut'); END");
  expect(() => runner.enqueue(newer)).toThrow("cut");
  expect([findJob(db, old.id)?.state, findJob(db, newer.id)]).toEqual(["queued", undefined]);
  db.exec("DROP TRIGGER cut");
  runner.enqueue(newer);
  expect([findJob(db, old.id)?.state, findJob(db, old.id)?.problem?.code, findJob(db, newer.id)?.state]).toEqual(["cancelled", "SUPERSEDED", "queued"]);
  await clock.forward(5000);
  expect(findJob(db, newer.id)?.state).toBe("succeeded");
});

test("a group that is taken back ends nobody", async () => {
  const runner = live();
  runner.enqueue(member("db").job);
  const id = uuid();
  const old = deployOf("db");
  runner.enqueueGroup({ id, subject: "First", onFailure: "stop", members: [old, deployOf("web", old.job)] });
  const refused = { ...deployOf("api"), write: () => { throw new Error("no"); } };
  expect(() => runner.enqueueGroup({ id: uuid(), subject: "Second", onFailure: "stop", members: [deployOf("db"), refused] })).toThrow("no");
  await clock.forward(10_000);
  expect(states(id)).toEqual(["db succeeded", "web succeeded"]);
});
