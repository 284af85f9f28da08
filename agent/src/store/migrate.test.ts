import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeNext, migrateStore, nextOf } from "./migrate.ts";
import { all, deleteEnvironment, deleteService, findDeployment, findJob, findRelease, instanceId, listServices, listVariables, ofEnvironment, ofService, openStore, openTrialStore, setVariable } from "./index.ts";
import { migrations, RELEASED } from "./schema.ts";

const fixtures = join(import.meta.dirname, "fixtures");
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aeroplane-store-"));
  path = join(folder, "store.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

const id = (number: number) => `0198c0de-0000-7000-8000-${String(number).padStart(12, "0")}`;
function make(schema: number) {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA journal_mode = WAL");
  db.exec(readFileSync(join(fixtures, `schema-${schema}.sql`), "utf8"));
  db.close();
}
/** Every row of every table that the store had, by the columns that it had. */
function contents(file: string, tables?: Record<string, string[]>) {
  const db = new DatabaseSync(file, { readOnly: true });
  const columns = tables ?? Object.fromEntries(
    db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all().map(({ name }) => [name, db.prepare(`PRAGMA table_info("${name}")`).all().map((column) => String(column.name))]),
  ) as Record<string, string[]>;
  const rows = Object.fromEntries(Object.entries(columns).map(([table, names]) => [table, db.prepare(`SELECT ${names.map((name) => `"${name}"`).join(", ")} FROM "${table}" ORDER BY 1, 2`).all()]));
  db.close();
  return { columns, rows };
}
/** Columns that are no more; another test says where stands what they held. */
const MOVED: Record<string, string[]> = { job: ["stepDetail"], service: ["kind", "hostname", "variablesChangedAt"], deployment: ["steps", "warnings"], variable: ["serviceId", "sealed"], release: ["variables"] };
const lasting = (columns: Record<string, string[]>) =>
  Object.fromEntries(Object.entries(columns).map(([table, names]) => [table, names.filter((name) => !MOVED[table]?.includes(name))]));
const schemas = readdirSync(fixtures).map((name) => Number(/^schema-(\d+)\.sql$/.exec(name)?.[1]));

test("every released schema has its fixture", () => {
  expect(schemas.toSorted((a, b) => a - b)).toEqual(Array.from({ length: RELEASED }, (_, index) => index + 1));
});

test.each(schemas)("a store of schema %i becomes the newest with every row kept, and the old file stays", (schema) => {
  make(schema);
  const before = contents(path);
  const { rows } = contents(path, lasting(before.columns));
  openStore(path).close();
  expect(contents(path, lasting(before.columns)).rows).toEqual(rows);
  expect(contents(`${path}.before-${schema + 1}`)).toEqual(before);
  expect([existsSync(nextOf(path)), (statSync(path).mode & 0o777).toString(8)]).toEqual([false, "600"]);
});

test("what a store of schema 1 held is read as it was meant", () => {
  make(1);
  const db = openStore(path);
  const [jobs, web] = listServices(db).toSorted((a, b) => a.name.localeCompare(b.name));
  expect({
    instance: instanceId(db),
    shapes: [jobs!.shape, web!.shape, web!.config.healthPath],
    variables: listVariables(db, ofService(web!.id)).map(({ name }) => name),
    live: findRelease(db, web!.liveReleaseId!)?.commit?.author,
    failed: findJob(db, id(51))?.problem?.code,
    steps: findDeployment(db, id(50))?.steps.length,
    audit: all<{ outcome: string }>(db, "SELECT outcome FROM audit ORDER BY id DESC").map(({ outcome }) => outcome),
  }).toEqual({
    instance: id(1), shapes: ["worker", "web", "/health"], variables: ["DATABASE_URL", "GREETING"], live: "Ada Ünal", failed: "BUILD_FAILED", steps: 6, audit: ["BUSY", "ok"],
  });
  db.close();
});

test.each(schemas)("hostnames of schema %i are domains, variables their service's own, and what is sealed has a version before it", (schema) => {
  make(schema);
  const read = (sql: string) => {
    const db = new DatabaseSync(path, { readOnly: true });
    const rows = db.prepare(sql).all();
    db.close();
    return rows;
  };
  const hex = (column: string) => `CASE WHEN ${column} IS NULL THEN NULL ELSE '01' || hex(${column}) END AS sealed`;
  const before = {
    domains: read("SELECT id AS serviceId, hostname FROM service WHERE hostname IS NOT NULL ORDER BY id"),
    variables: read(`SELECT 'service' AS scope, serviceId AS scopeId, name, ${hex("sealed")} FROM variable ORDER BY serviceId, name`),
    releases: read(`SELECT id, ${hex("variables")} FROM release ORDER BY id`),
  };
  openStore(path).close();
  expect({
    domains: read("SELECT serviceId, hostname FROM domain ORDER BY serviceId"),
    variables: read("SELECT scope, scopeId, name, hex(sealed) AS sealed FROM variable ORDER BY scopeId, name"),
    releases: read("SELECT id, CASE WHEN variables IS NULL THEN NULL ELSE hex(variables) END AS sealed FROM release ORDER BY id"),
  }).toEqual(before);
  expect([before.domains.length, before.variables.length, before.releases.some(({ sealed }) => sealed !== null)]).toEqual([expect.any(Number), 2, expect.any(Boolean)]);
  expect(before.domains.length).toBeGreaterThan(0);
});

test("a service takes its variables and hostnames along, and an environment what it shares", () => {
  make(2);
  const db = openStore(path);
  const [service] = listServices(db);
  const { environmentId } = service!;
  setVariable(db, ofEnvironment(environmentId), { name: "SHARED", sealed: new Uint8Array([1]), digest: "d", refers: [] });
  const left = () => [all(db, "SELECT 1 FROM variable").length, all(db, "SELECT 1 FROM domain").length];
  expect(left()).toEqual([3, expect.any(Number)]);
  for (const { id: one } of listServices(db)) deleteService(db, one);
  expect(left()).toEqual([1, 0]);
  deleteEnvironment(db, environmentId);
  expect(left()).toEqual([0, 0]);
  db.close();
});

test("steps and warnings of deployments are those of their jobs", () => {
  make(2);
  const db = openStore(path);
  const [ended, running] = [findDeployment(db, id(50))!, findJob(db, id(52))!];
  expect({
    ended: ended.steps.map(({ words, state }) => `${words} ${state}`).join(", "),
    running: [running.steps[0]?.detail, running.steps.length, running.warnings[0]?.code, running.state, running.cancelRequested],
    place: [running.environmentId, running.queuedAt, running.input],
  }).toEqual({
    ended: "Source done, Build done, Release done, Check done, Route done, Retire done",
    running: ["Pulling", 2, "IMAGE_HAS_VOLUMES", "running", true],
    place: [id(11), 1764000030000, {}],
  });
  db.close();
});

test("a trial reads a migrated copy, and cannot write even by mistake; the store is as it was", () => {
  make(1);
  const before = readFileSync(path);
  const db = openTrialStore(path);
  expect(instanceId(db)).toBe(id(1));
  expect(db.prepare("SELECT count(*) AS people FROM person").get()).toEqual({ people: 0 });
  expect(() => db.exec("DELETE FROM project")).toThrow(/readonly/);
  expect([(statSync(nextOf(path)).mode & 0o777).toString(8), readFileSync(path).equals(before)]).toEqual(["600", true]);
  db.close();
  // A killed trial leaves its copy behind: it is nobody's.
  openStore(path).close();
  expect(existsSync(nextOf(path))).toBe(false);
});

test("a migration that fails leaves the store as it was", () => {
  make(1);
  const before = contents(path);
  const db = new DatabaseSync(path);
  db.exec("CREATE TABLE person (id TEXT)");
  db.close();
  expect(() => openStore(path)).toThrow(/already exists/);
  const after = contents(path, before.columns);
  expect([after.rows, existsSync(`${path}.before-2`)]).toEqual([before.rows, false]);
});

test("a store that another program has open with unsaved frames is not replaced under it", () => {
  make(1);
  const other = new DatabaseSync(path);
  other.exec("BEGIN; SELECT * FROM meta");
  const writer = new DatabaseSync(path);
  writer.exec("UPDATE project SET name = 'Changed'");
  writer.close();
  expect(() => migrateStore(path)).toThrow(/in use by another program/);
  other.close();
  openStore(path).close();
  expect(contents(path, { project: ["id", "name"] }).rows).toEqual({ project: [{ id: id(10), name: "Changed" }] });
});

test("a copy holds what stood only in the store's log", () => {
  make(1);
  const writer = new DatabaseSync(path);
  writer.exec("UPDATE project SET name = 'Changed'");
  makeNext(path);
  expect(contents(nextOf(path), { project: ["id", "name"] }).rows).toEqual({ project: [{ id: id(10), name: "Changed" }] });
  writer.close();
});

test("a store of a newer agent is left alone", () => {
  make(1);
  const db = new DatabaseSync(path);
  db.exec("PRAGMA user_version = 99");
  db.close();
  expect(() => openStore(path)).toThrow(`The store has schema 99; this agent knows ${migrations.length}`);
});
