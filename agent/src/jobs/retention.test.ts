import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuid } from "uuid";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describe } from "../../contract/index.ts";
import { writeAudit, listAudit } from "../audit/index.ts";
import { dataPaths, type DataPaths } from "../config/paths.ts";
import { createDeployment, createJob, createProject, createService, environmentsOf, findDeployment, findJob, openStore, updateJob, type Db } from "../store/index.ts";
import { createFakeClock, entryOf } from "./entry.fixture.ts";
import { createSweep } from "./retention.ts";

const DAY = 24 * 3600 * 1000;
let folder: string;
let paths: DataPaths;
let db: Db;
const clock = createFakeClock();
const retention = { newest: 3, of: "service", days: 90, logs: 2 } as const;
const entries = [entryOf("deploy", { retention, holds: ({ subject }) => subject === "held" }), entryOf("stop")];
const sweepOf = () => createSweep({ db, paths, clock, entry: (kind) => entries.find((each) => each.kind === kind) });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aeroplane-logs-"));
  paths = dataPaths(folder);
  mkdirSync(paths.jobLogs, { recursive: true });
  db = openStore(":memory:");
  createProject(db, { id: "p", name: "shop" });
  const environmentId = environmentsOf(db, "p")[0]!.id;
  createService(db, { id: "s", projectId: "p", environmentId, name: "web", shape: "web", config: {} as never });
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

function ended(kind: string, over: { subject?: string; serviceId?: string | null; age?: number; state?: "failed" | "cancelled" } = {}): string {
  const id = uuid();
  createJob(db, { id, kind, subject: over.subject ?? "shop / web", serviceId: over.serviceId === undefined ? "s" : over.serviceId });
  if (kind === "deploy" && over.serviceId === undefined) createDeployment(db, { id, serviceId: "s", jobId: id });
  updateJob(db, id, { state: over.state ?? "succeeded", endedAt: clock.now() - (over.age ?? 0) * DAY });
  writeFileSync(paths.jobLog(id), "");
  return id;
}

test("logs of the latest ones of a service stay, rows stay longer", () => {
  const ids = Array.from({ length: 5 }, () => ended("deploy"));
  const sweep = sweepOf();
  for (const id of ids) sweep.ended({ id, kind: "deploy", serviceId: "s" });
  expect(readdirSync(paths.jobLogs).sort()).toEqual(ids.slice(3).map((id) => `${id}.log`).sort());
  expect([sweep.step(), ids.filter((id) => findJob(db, id)).length]).toEqual([0, 5]);
});

test("the log of one that has not ended stays, however many came after it", () => {
  const going = ended("deploy");
  updateJob(db, going, { state: "running", endedAt: null });
  const ids = Array.from({ length: 4 }, () => ended("deploy"));
  const sweep = sweepOf();
  for (const id of ids) sweep.ended({ id, kind: "deploy", serviceId: "s" });
  expect(readdirSync(paths.jobLogs).sort()).toEqual([going, ...ids.slice(2)].map((id) => `${id}.log`).sort());
});

test("old rows beyond the newest go with all that is theirs; one that something refers to, and one that has not ended, stay", () => {
  const held = ended("deploy", { subject: "held", age: 91 });
  const old = [ended("deploy", { age: 91 }), ended("deploy", { age: 91 })];
  const open = ended("deploy", { age: 91 });
  updateJob(db, open, { state: "running", endedAt: null });
  const newest = [91, 91, 0].map((age) => ended("deploy", { age }));
  expect(sweepOf().step()).toBe(2);
  expect(old.map((id) => [findJob(db, id), findDeployment(db, id), existsSync(paths.jobLog(id))])).toEqual([[undefined, undefined, false], [undefined, undefined, false]]);
  expect([held, open, ...newest].every((id) => findJob(db, id))).toBe(true);
});

test("a service that is gone keeps nothing beyond its days, and a kind without a service its hundred newest", () => {
  const gone = [ended("deploy", { serviceId: "gone", age: 91 }), ended("deploy", { serviceId: "gone", age: 89 })];
  const stops = Array.from({ length: 102 }, () => ended("stop", { age: 91 }));
  const sweep = sweepOf();
  // In steps of a hundred rows, round and round.
  expect([sweep.step() + sweep.step(), gone.map((id) => findJob(db, id) !== undefined), stops.filter((id) => findJob(db, id)).length]).toEqual([3, [false, true], 100]);
});

test("what came of a job stays in the trail when its row is gone", async () => {
  const problem = describe("BUSY", { what: "web", job: "deletion" });
  const ids = (["failed", "cancelled", "cancelled"] as const).map((state) => ended("deploy", { serviceId: null, age: 91, state }));
  updateJob(db, ids[0]!, { problem });
  for (const jobId of ids) writeAudit(db, { login: "ada", desktop: null, procedure: "deployments.start", input: {}, problem: null, jobId });
  const outcomes = async () => (await listAudit(db, { limit: 10 })).rows.map((row) => [row.outcome, row.problem?.code ?? null]);
  const before = await outcomes();
  expect([sweepOf().step(), await outcomes()]).toEqual([3, before]);
  expect((await listAudit(db, { limit: 10, outcome: "cancelled" })).rows.length).toBe(2);
});

test("it sweeps by itself, a while after a job has ended", async () => {
  const id = ended("deploy", { serviceId: null, age: 91 });
  const sweep = sweepOf();
  sweep.start();
  await clock.forward(299_000);
  expect(findJob(db, id)).toBeDefined();
  await clock.forward(1000);
  expect(findJob(db, id)).toBeUndefined();
  const next = ended("deploy", { serviceId: null, age: 91 });
  sweep.ended({ id: next, kind: "deploy", serviceId: null });
  await clock.forward(1000);
  expect(findJob(db, next)).toBeUndefined();
  sweep.stop();
});
