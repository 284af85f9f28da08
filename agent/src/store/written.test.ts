import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeEach, expect, test } from "vitest";
import { migrate } from "./migrate.ts";
import { createInstance, endInstance, onServiceWritten, setIntent, setLiveRelease, turnInstance, updateInstance, type Db } from "./index.ts";

const id = (number: number) => `0198c0de-0000-7000-8000-${String(number).padStart(12, "0")}`;
const [PROXY, LIVE, SECOND] = [id(22), id(42), id(300)];
let db: Db;
let written: string[];
beforeEach(() => {
  db = new DatabaseSync(":memory:");
  db.exec(readFileSync(join(import.meta.dirname, "fixtures/schema-2.sql"), "utf8"));
  migrate(db);
  createInstance(db, { id: SECOND, releaseId: LIVE, ordinal: 2, address: "10.210.0.8" });
  written = [];
  onServiceWritten(db, (serviceId) => written.push(serviceId));
});

test.each<[string, (db: Db) => unknown]>([
  ["an instance that is turned", (db) => turnInstance(db, LIVE, "live", "down")],
  ["an instance that is given another state", (db) => updateInstance(db, SECOND, { state: "live" })],
  ["an instance that ends", (db) => endInstance(db, { id: SECOND, releaseId: LIVE })],
  ["another intent", (db) => setIntent(db, PROXY, "stopped")],
  ["another live release", (db) => setLiveRelease(db, PROXY, null)],
])("%s is told", (_, write) => {
  write(db);
  expect(written).toEqual([PROXY]);
});

test("what was not written is not told", () => {
  turnInstance(db, LIVE, "down", "live");
  expect(written).toEqual([]);
});

test("nowhere else the state of an instance or of a service is written", () => {
  const rooms = ["instances.ts", "services.ts"].map((name) => readFileSync(join(import.meta.dirname, name), "utf8"));
  const writes = rooms.flatMap((text) => text.match(/(run\(db, "UPDATE|update\(db, "(instance|service)")/g) ?? []);
  const told = rooms.flatMap((text) => text.match(/^ {2}(if \(turned\) )?(instance|service)Written\(/gm) ?? []);
  // A service's settings are told by whoever changes them, with what else that changes.
  expect(writes.length - told.length).toBe(1);
});
