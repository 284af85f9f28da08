import { DatabaseSync } from "node:sqlite";
import { beforeEach, expect, test } from "vitest";
import type { CacheRecord } from "../docker/build-cache.ts";
import { keepBuildRecords, type Db } from "../store/index.ts";
import { migrate } from "../store/migrate.ts";
import { removable } from "./cache.ts";

let db: Db;
beforeEach(() => {
  db = new DatabaseSync(":memory:");
  migrate(db);
});
const record = (ID: string, hour: number, more: CacheRecord = {}): CacheRecord => ({ ID, UsageCount: 1, InUse: false, LastUsedAt: new Date(hour * 3_600_000).toISOString(), ...more });
/** "hour: ids" of what may go, where those named are ours. */
function told(ours: string, records: CacheRecord[]): string[] {
  keepBuildRecords(db, [...ours].map((id) => ({ id, uses: 1 })), []);
  return [...removable(db, records)].toSorted(([a], [b]) => a - b).map(([hour, own]) => `${hour}: ${own.map(({ ID }) => ID).join("")}`);
}

test("what something stands on goes with the last of it, and after it", () => {
  expect(told("abcd", [record("a", 1), record("b", 2, { Parents: ["a"] }), record("c", 5, { Parent: "b" }), record("d", 3, { Parents: ["a"] })])).toEqual(["3: d", "5: cba"]);
});

test("what others' records stand on, or one in use, stays; so does all below", () => {
  expect(told("abc", [record("a", 1), record("b", 2, { Parents: ["a"] }), record("theirs", 1, { Parents: ["b"] }), record("c", 4)])).toEqual(["4: c"]);
  expect(told("abc", [record("a", 1), record("b", 2, { Parents: ["a"], InUse: true }), record("c", 4)])).toEqual(["4: c"]);
});

test("one of ours that somebody used since is theirs", () => {
  expect(told("ab", [record("a", 1, { UsageCount: 2 }), record("b", 1)])).toEqual(["1: b"]);
});
