import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuid } from "uuid";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createChanges } from "./changes/changes.ts";
import { dataPaths } from "./config/paths.ts";
import type { DeployDeps } from "./deploy/deps.ts";
import { createFakeClock, entryOf } from "./jobs/entry.fixture.ts";
import { createRunner, sleepOn } from "./jobs/index.ts";
import { jobKinds } from "./kinds.ts";
import { findJob, jobsOfGroup, openStore, type Db } from "./store/index.ts";

let folder: string;
let db: Db;
let clock: ReturnType<typeof createFakeClock>;
let begun: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aeroplane-kinds-"));
  db = openStore(":memory:");
  clock = createFakeClock();
  begun = [];
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

/** What the kinds claim, supersede and stand in line for is their own; what they do takes a second. */
function live() {
  const runner = createRunner({ db, paths: dataPaths(folder), changes: createChanges(), clock });
  runner.register(
    jobKinds({} as DeployDeps).map(({ kind, words, claims, lane, supersedes, deletes }) =>
      entryOf(kind, {
        words,
        claims,
        ...(lane ? { lane } : {}),
        ...(supersedes ? { supersedes } : {}),
        ...(deletes ? { deletes } : {}),
        async run(context) {
          begun.push(`${kind} ${context.job.subject}`);
          await sleepOn(clock, 1000, context.signal);
          context.commit();
        },
      }),
    ),
  );
  runner.start();
  return runner;
}
const jobOf = (kind: string, service: string, input: object = { builds: false }) => ({ id: uuid(), kind, subject: service, projectId: "p", environmentId: "e", serviceId: service, input });

test.each(["stop", "rollback"])("a %s that comes after a group of deploys is not deployed over by a member that waited, and who waited for that one goes on", async (kind) => {
  const runner = live();
  const group = uuid();
  const [db_, web, docs] = [jobOf("deploy", "db"), jobOf("deploy", "web"), jobOf("deploy", "docs")];
  runner.enqueueGroup({ id: group, subject: "shop", onFailure: "stop", members: [{ job: db_, after: [] }, { job: web, after: [db_.id] }, { job: docs, after: [web.id] }] });
  const later = runner.enqueue(jobOf(kind, "web"));
  const { words } = runner.entry(kind)!;
  expect(findJob(db, web.id)).toMatchObject({ state: "cancelled", problem: { code: "SUPERSEDED", message: `Deploy web was superseded by ${words.doing} web, which was asked for later.` } });
  await clock.forward(10_000);
  expect(jobsOfGroup(db, group).map(({ subject, state }) => `${subject} ${state}`)).toEqual(["db succeeded", "web cancelled", "docs succeeded"]);
  expect([findJob(db, later.id)?.state, begun]).toEqual(["succeeded", ["deploy db", `${kind} web`, "deploy docs"]]);
});

test("a stop is not deployed over by a deploy that waited for somebody else's build", async () => {
  const runner = live();
  const [api, web] = [runner.enqueue(jobOf("deploy", "api", { builds: true })), runner.enqueue(jobOf("deploy", "web", { builds: true }))];
  const stop = runner.enqueue(jobOf("stop", "web"));
  await clock.forward(10_000);
  expect([api, web, stop].map(({ id }) => findJob(db, id)?.state)).toEqual(["succeeded", "cancelled", "succeeded"]);
  expect(begun).toEqual(["deploy api", "stop web"]);
});

test("what was asked for before a deploy, and a start or a restart after it, supersede nothing", async () => {
  const runner = live();
  const first = runner.enqueue(jobOf("restart", "web"));
  const rest = ["rollback", "deploy", "start", "restart"].map((kind) => runner.enqueue(jobOf(kind, "web")));
  await clock.forward(20_000);
  expect([first, ...rest].map(({ id }) => findJob(db, id)?.state)).toEqual(Array(5).fill("succeeded"));
  expect(begun).toEqual(["restart", "rollback", "deploy", "start", "restart"].map((kind) => `${kind} web`));
});
