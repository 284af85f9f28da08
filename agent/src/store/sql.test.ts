import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore, supposed, transaction, type Db } from "./index.ts";
import { createProject } from "./projects.ts";

let db: Db;
beforeEach(() => (db = openStore(":memory:")));
afterEach(() => db.close());

const projects = () => db.prepare("SELECT name FROM project").all();
/** As SQLite does it on a full disk: the statement throws, and the transaction is gone. */
const diskIsFull = () => {
  db.exec("ROLLBACK");
  throw new Error("database or disk is full");
};
const goOn = (act: () => void) => {
  try {
    act();
  } catch {
    // Somebody who does not know.
  }
};

test.each([["transaction", transaction], ["supposed", supposed]] as const)("what the disk ended is written in no part, whoever goes on: %s", (_, within) => {
  const act = (last: () => void) => () => within(db, () => (goOn(diskIsFull), last()));
  const refused = expect.objectContaining({ problem: expect.objectContaining({ code: "STORE_READ_ONLY" }) });
  expect(act(() => createProject(db, { id: "p", name: "alone" }))).toThrow(refused);
  expect(act(() => goOn(() => createProject(db, { id: "p", name: "alone" })))).toThrow(refused);
  expect(act(() => supposed(db, () => {}))).toThrow(refused);
  expect(projects()).toEqual([]);
  // And it is over: the next one is one of its own.
  transaction(db, () => createProject(db, { id: "p", name: "kept" }));
  expect(projects()).toEqual([{ name: "kept" }]);
});

test("what is supposed within a transaction takes it along when the disk ends it", () => {
  const act = () => transaction(db, () => (goOn(() => supposed(db, () => goOn(diskIsFull))), createProject(db, { id: "p", name: "alone" })));
  expect(act).toThrow(expect.objectContaining({ problem: expect.objectContaining({ code: "STORE_READ_ONLY" }) }));
  expect(projects()).toEqual([]);
});
