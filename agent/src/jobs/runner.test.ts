import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuid } from "uuid";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fail } from "../../contract/index.ts";
import { createChanges } from "../changes/changes.ts";
import { dataPaths, type DataPaths } from "../config/paths.ts";
import { createDeployment, createJob, createProject, createService, environmentsOf, findDeployment } from "../store/index.ts";
import { findJob, openStore, updateJob, type Db } from "../store/index.ts";
import { claim } from "./claims.ts";
import { systemClock } from "./clock.ts";
import { entryOf } from "./entry.fixture.ts";
import type { JobContext, JobEntry } from "./entry.ts";
import { createRunner } from "./runner.ts";

let folder: string;
let db: Db;
let paths: DataPaths;
let serviceId: string;
let projectId: string;
let environmentId: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aeroplane-jobs-"));
  paths = dataPaths(folder);
  db = openStore(paths.store);
  projectId = uuid();
  serviceId = uuid();
  createProject(db, { id: projectId, name: "shop" });
  environmentId = environmentsOf(db, projectId)[0]!.id;
  const source = { type: "image" as const, reference: "nginx:1" };
  const config = { source, port: 80, healthPath: null, healthSeconds: 60, drainSeconds: 0, replicas: 1, startCommand: null, imageHealth: false, site: null };
  createService(db, { id: serviceId, projectId, environmentId, name: "web", shape: "web", config });
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

const STEPS = ["source", "build", "release", "check", "route", "retire"].map((name) => ({ name, words: name, doing: name }));

function recorded(run: JobEntry["run"]) {
  const calls: string[] = [];
  const story = entryOf("deploy", {
    steps: () => STEPS,
    supersedes: (older) => older.kind === "deploy",
    run,
    undo: async () => void calls.push("undo"),
    finish: async () => void calls.push("finish"),
  });
  return { calls, story };
}
const make = (story: JobEntry) => {
  const runner = createRunner({ db, paths, changes: createChanges(), clock: systemClock });
  runner.register([story]);
  return runner;
};
const begin = (story: JobEntry) => {
  const runner = make(story);
  runner.start();
  return runner;
};
function deploy(runner: ReturnType<typeof createRunner>) {
  const id = uuid();
  runner.enqueue({ id, kind: "deploy", subject: "shop / web", projectId, environmentId, serviceId, deploymentId: id }, () =>
    createDeployment(db, { id, serviceId, jobId: id }),
  );
  return id;
}
const untilAborted = (context: JobContext) =>
  context.step("build", (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("killed")))), {
    deadlineSeconds: 60,
  });
const states = (id: string) => findDeployment(db, id)!.steps.map((step) => step.state).join(" ");

test("a job runs its steps, commits and finishes", async () => {
  const { calls, story } = recorded(async (context) => {
    await context.step("source", async () => context.log("fetched"), { deadlineSeconds: 5 });
    context.skip("build", "an image needs none");
    context.commit();
  });
  const runner = begin(story);
  const id = deploy(runner);
  const job = await runner.ended(id);
  expect({ state: job.state, committed: job.committed, problem: job.problem, calls, steps: states(id) }).toEqual({
    state: "succeeded",
    committed: true,
    problem: null,
    calls: ["finish"],
    steps: "done skipped waiting waiting waiting waiting",
  });
  expect(readFileSync(paths.jobLog(id), "utf8")).toMatch(/^\d+\ts\tsource\tfetched\n$/);
});

test("a failure before the commit is undone and told", async () => {
  const { calls, story } = recorded(async (context) => {
    await context.step("source", async () => Promise.reject(fail("GIT_UNREACHABLE", { url: "https://a/b" })), { deadlineSeconds: 5 });
  });
  const runner = begin(story);
  const id = deploy(runner);
  const job = await runner.ended(id);
  expect({ state: job.state, code: job.problem?.code, calls, steps: states(id) }).toEqual({
    state: "failed",
    code: "GIT_UNREACHABLE",
    calls: ["undo"],
    steps: "failed waiting waiting waiting waiting waiting",
  });
});

test("a step that outlives its deadline names it", async () => {
  const { story } = recorded(async (context) => {
    await context.step("check", () => new Promise((resolve) => setTimeout(resolve, 600_000).unref()), { deadlineSeconds: 0.01 });
  });
  const runner = begin(story);
  const job = await runner.ended(deploy(runner));
  expect(job.problem?.message).toBe("check did not end within 0.01 s.");
});

test("a cancellation ends the running step and undoes", async () => {
  const { calls, story } = recorded(async (context) => void (await untilAborted(context)));
  const runner = begin(story);
  const id = deploy(runner);
  runner.cancel(id);
  const job = await runner.ended(id);
  expect({ state: job.state, problem: job.problem, calls, steps: states(id) }).toEqual({
    state: "cancelled",
    problem: null,
    calls: ["undo"],
    steps: "waiting cancelled waiting waiting waiting waiting",
  });
});

test("a newer deployment replaces the one that waits", async () => {
  const { story } = recorded(async (context) => void (await untilAborted(context)));
  const runner = begin(story);
  const [first, second, third] = [deploy(runner), deploy(runner), deploy(runner)];
  expect([first, second, third].map((id) => findJob(db, id)!.state)).toEqual(["running", "cancelled", "queued"]);
  runner.cancel(third);
  runner.cancel(first);
  await runner.ended(first);
});

test.each([
  { committed: false, state: "failed", code: "INTERRUPTED", calls: ["undo"] },
  { committed: true, state: "succeeded", code: undefined, calls: ["finish"] },
])("after a crash with committed $committed", async ({ committed, state, code, calls: expected }) => {
  const { calls, story } = recorded(async () => expect.unreachable());
  const id = deploy(make(story));
  updateJob(db, id, { state: "running", startedAt: 1, committed });
  const job = await begin(story).ended(id);
  expect({ state: job.state, code: job.problem?.code, calls }).toEqual({ state, code, calls: expected });
});

test("what goes on without the agent is gone on with; its step never ended", async () => {
  const { story } = recorded(async (context) => void (await untilAborted(context)));
  const dead = begin(story);
  const id = deploy(dead);
  await dead.close();
  expect(states(id)).toBe("waiting running waiting waiting waiting waiting");
  const begun = findDeployment(db, id)!.steps[1]!.startedAt;
  const { calls, story: again } = recorded(async () => expect.unreachable());
  again.pickUp = async (context) => async () => {
    await context.step("build", async () => {}, { deadlineSeconds: 5 });
    context.commit();
  };
  const job = await begin(again).ended(id);
  expect([job.state, calls, states(id), findDeployment(db, id)!.steps[1]!.startedAt === begun]).toEqual(["succeeded", ["finish"], "waiting done waiting waiting waiting waiting", true]);
});

test("one that was to be cancelled is not gone on with", async () => {
  const { calls, story } = recorded(async () => expect.unreachable());
  story.pickUp = async () => expect.unreachable();
  const id = deploy(make(story));
  updateJob(db, id, { state: "running", startedAt: 1, cancelRequested: true });
  expect([(await begin(story).ended(id)).state, calls]).toEqual(["cancelled", ["undo"]]);
});

test("closing writes no end, so that the next start undoes", async () => {
  const { calls, story } = recorded(async (context) => void (await untilAborted(context)));
  const runner = begin(story);
  const id = deploy(runner);
  await runner.close();
  expect({ state: findJob(db, id)!.state, calls }).toEqual({ state: "running", calls: [] });
});

test("one of an earlier schema, whose service is gone, is finished like any other", async () => {
  const { calls, story } = recorded(async () => expect.unreachable());
  story.claims = ({ subject }) => [claim.service(subject, "X")];
  const id = uuid();
  createJob(db, { id, kind: "deploy", subject: "shop / gone", projectId, serviceId: uuid() });
  updateJob(db, id, { state: "running", committed: true });
  expect([(await begin(story).ended(id)).state, calls]).toEqual(["succeeded", ["finish"]]);
});

test("a kind that this agent does not know fails with its name, and holds up nobody", async () => {
  const id = uuid();
  createJob(db, { id, kind: "defrost", subject: "shop / web", projectId, environmentId, serviceId }, [{ resource: "instance", mode: "X" }]);
  const { story } = recorded(async (context) => context.commit());
  const runner = begin(story);
  const next = deploy(runner);
  const job = await runner.ended(id);
  expect([job.state, job.problem?.code, (await runner.ended(next)).state]).toEqual(["failed", "JOB_KIND_UNKNOWN", "succeeded"]);
});
