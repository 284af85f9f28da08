import { afterEach, beforeEach, expect, test } from "vitest";
import { agentContract, auditWords, AUDIT_EVENTS, describe, wordsOf, type ProcedureMeta } from "../../contract/index.ts";
import { createEnvironment, createProject, createService, openStore, createJob, updateJob, one, run, transaction, type Db } from "../store/index.ts";
import { listAudit, recordStart, recordStop, subjectOf, writeAudit, writeEvent } from "./index.ts";
import { kept, sweep } from "./retention.ts";

let db: Db;
beforeEach(() => {
  db = openStore(":memory:");
});
afterEach(() => db.close());

const ada = { login: "ada", desktop: "Ada%E2%80%99s%20laptop" };
const write = (over: Partial<Parameters<typeof writeAudit>[1]> = {}) =>
  writeAudit(db, { ...ada, procedure: "deployments.start", subject: "web in shop", input: {}, problem: null, ...over });
const list = (question: Partial<Parameters<typeof listAudit>[1]> = {}) => listAudit(db, { limit: 100, ...question });
const subjects = async (question: Partial<Parameters<typeof listAudit>[1]>) => (await list(question)).rows.map(({ subject }) => subject);

type Node = { "~orpc"?: { meta: Partial<ProcedureMeta> } };
function mutations(node: object, path: string[] = []): string[] {
  const meta = (node as Node)["~orpc"]?.meta;
  if (meta) return meta.mutation ? [path.join(".")] : [];
  return Object.entries(node).flatMap(([name, child]) => mutations(child as object, [...path, name]));
}

test("every act of the contract, and every event, has words", () => {
  const missing = [...mutations(agentContract), ...AUDIT_EVENTS].filter((name) => !(name in auditWords));
  expect(missing).toEqual([]);
  expect([wordsOf("deployments.start", "running"), wordsOf("deployments.start", "cancelled"), wordsOf("no.such", "failed")]).toEqual([
    "Deploying",
    "Began to deploy",
    "no.such (failed)",
  ]);
});

test("a line keeps who, from where, what and why not; the desktop's name is readable again", async () => {
  write({ login: "aeroplane", person: "Grace", personId: "p1", fingerprint: "SHA256:x", problem: describe("NAME_TAKEN", { name: "web", what: "service" }), input: { set: { A: "secret" } } });
  const { rows } = await list();
  expect(rows).toMatchObject([
    {
      login: "aeroplane",
      person: "Grace",
      personId: "p1",
      fingerprint: "SHA256:x",
      desktop: "Ada’s laptop",
      subject: "web in shop",
      input: '{"set":{"A":"•••"}}',
      outcome: "failed",
      problem: { code: "NAME_TAKEN", message: "The name web is already used by another service." },
    },
  ]);
});

test("which variables became secret is told, and no secret is", async () => {
  write({ procedure: "variables.change", input: { set: { A: "x" }, secret: ["A", "B"] } });
  write({ procedure: "variables.change", input: { secret: "x", value: ["x"], password: ["x"], key: { secret: ["x"] } } });
  expect((await list()).rows.map(({ input }) => JSON.parse(input))).toEqual([
    { secret: "•••", value: "•••", password: "•••", key: "•••" },
    { set: { A: "•••" }, secret: ["A", "B"] },
  ]);
});

test("pages lead to the last line, without one twice", async () => {
  for (let index = 0; index < 25; index++) write({ subject: `line ${index}` });
  const seen: string[] = [];
  let before: string | undefined;
  for (;;) {
    const page = await list({ limit: 10, before });
    seen.push(...page.rows.map(({ subject }) => subject!));
    expect(page.who).toEqual(before === undefined ? ["ada"] : []);
    if (!page.more) break;
    before = page.rows.at(-1)!.id;
  }
  expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => `line ${24 - index}`));
});

test("a search finds every word anywhere, and takes signs of the database as they are", async () => {
  write({ subject: "web in shop" });
  write({ subject: "50%_off\\ in shop", procedure: "services.delete" });
  write({ subject: "500 off in shop", login: "bob" });
  expect(await subjects({ search: "shop WEB" })).toEqual(["web in shop"]);
  expect(await subjects({ search: "50%_off\\" })).toEqual(["50%_off\\ in shop"]);
  expect(await subjects({ search: "%" })).toEqual(["50%_off\\ in shop"]);
  expect(await subjects({ search: "'; DROP TABLE audit; --" })).toEqual([]);
  // By what it is called, not only by the procedure's name.
  expect(await subjects({ search: "deployed web" })).toEqual(["web in shop"]);
  expect(await subjects({ who: "bob" })).toEqual(["500 off in shop"]);
  expect(await subjects({ procedure: "services.delete" })).toEqual(["50%_off\\ in shop"]);
});

test("what came of a job is what came of the act", async () => {
  const problem = describe("BUILD_FAILED", { step: "RUN npm ci", code: 1 });
  const states = ["queued", "running", "succeeded", "failed", "cancelled"] as const;
  for (const state of states) {
    createJob(db, { id: state, kind: "deploy", subject: "shop / web", projectId: null, serviceId: null, deploymentId: null });
    updateJob(db, state, { state, ...(state === "failed" ? { problem } : {}) });
    write({ subject: state, jobId: state });
  }
  write({ subject: "refused", problem: describe("BUSY", { what: "web", job: "deletion" }) });
  const outcomes = Object.fromEntries((await list()).rows.map((row) => [row.subject, [row.outcome, row.problem?.code ?? null]]));
  expect(outcomes).toEqual({
    queued: ["running", null],
    running: ["running", null],
    succeeded: ["ok", null],
    failed: ["failed", "BUILD_FAILED"],
    cancelled: ["cancelled", null],
    refused: ["failed", "BUSY"],
  });
  expect([await subjects({ outcome: "failed" }), await subjects({ outcome: "ok" }), await subjects({ outcome: "running" }), await subjects({ search: "npm ci" })]).toEqual([
    ["refused", "failed"],
    ["succeeded"],
    ["running", "queued"],
    ["failed"],
  ]);
});

test("names are those of the moment; what is not there has none", () => {
  createProject(db, { id: "p", name: "shop" });
  const environmentId = one<{ id: string }>(db, "SELECT id FROM environment")!.id;
  createService(db, { id: "s", projectId: "p", environmentId, name: "web", shape: "web", config: {} as never });
  const of = (procedure: string, input: unknown) => subjectOf(db, procedure, input);
  expect([
    of("services.stop", { id: "s" }),
    of("variables.change", { serviceId: "s", set: {} }),
    of("services.create", { environmentId, name: "api" }),
    of("variables.change", { environmentId, serviceId: null }),
    of("environments.rename", { id: environmentId, name: "live" }),
    of("projects.create", { name: "blog\u0000" }),
    of("projects.rename", { id: "p", name: "store" }),
    of("projects.delete", { id: "p" }),
    of("services.stop", { id: "gone" }),
    of("services.stop", null),
    of("doctor.fix", { id: "caddy.ensure" }),
    of("backups.run", { serviceId: "s" }),
  ]).toEqual(["web in shop", "web in shop", "api in shop", "production of shop", "production of shop to live", "blog\ufffd", "shop to store", "shop", null, null, "caddy.ensure", "web in shop"]);
  // Of several environments it is said which.
  createEnvironment(db, { id: "e", projectId: "p", name: "staging" });
  expect([of("services.stop", { id: "s" }), of("services.create", { environmentId: "e", name: "api" })]).toEqual(["web in production of shop", "api in staging of shop"]);
});

test("the agent tells of its own life, and of a death without a word", async () => {
  recordStart(db, "1.0.0");
  recordStop(db, "1.0.0");
  recordStart(db, "1.0.0");
  recordStart(db, "1.1.0");
  const rows = (await list()).rows.map(({ procedure, subject, input }) => [procedure, subject, input.includes("without a word")]);
  expect(rows).toEqual([
    ["agent.started", "1.1.0", true],
    ["agent.upgraded", "1.0.0 to 1.1.0", false],
    ["agent.started", "1.0.0", false],
    ["agent.stopped", "1.0.0", false],
    ["agent.started", "1.0.0", false],
  ]);
});

const rule = { days: 400, rows: 10, most: 30, step: 3, every: 100 };
const DAY = 24 * 3600 * 1000;
const count = () => one<{ count: number }>(db, "SELECT count(*) AS count FROM audit")!.count;

test("only what is old and beyond the newest goes, in small steps, and the list says so", async () => {
  for (let index = 0; index < 20; index++) writeEvent(db, { procedure: "agent.started", subject: String(index) });
  expect([sweep(db, rule), kept(db).cut]).toEqual([0, false]);
  // All of them a year and more ago: the newest ten stay all the same.
  run(db, "UPDATE audit SET at = at - ?", 401 * DAY);
  const steps = [sweep(db, rule), sweep(db, rule), sweep(db, rule), sweep(db, rule), sweep(db, rule)];
  const page = await list();
  expect([steps, count(), page.cut, page.rows.at(-1)?.subject]).toEqual([[3, 3, 3, 1, 0], 10, true, "10"]);
  expect(page.keptSince).toBe(page.rows.at(-1)?.at);
});

test("a flood takes the oldest, however young", () => {
  for (let index = 0; index < 32; index++) write();
  expect([sweep(db, rule), sweep(db, rule), count()]).toEqual([2, 0, 30]);
});

test("a search in a long trail leaves room for other calls", async () => {
  transaction(db, () => {
    for (let index = 0; index < 20_000; index++) run(db, "INSERT INTO audit (id, at, procedure, input, outcome) VALUES (?, ?, 'deployments.start', '{}', 'ok')", `0${String(index).padStart(8, "0")}`, index);
  });
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 0);
  const page = await list({ search: "no such word" });
  clearInterval(timer);
  expect([page.rows, page.more, turns > 1]).toEqual([[], false, true]);
});
