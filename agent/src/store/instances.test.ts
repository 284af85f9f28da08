import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeEach, expect, test } from "vitest";
import { goLive } from "../deploy/live.ts";
import { migrate } from "./migrate.ts";
import { all, addressesInUse, createInstance, endInstance, findRelease, findService, instancesOfService, servingAddresses, servingInstances, turnInstance, type Db } from "./index.ts";

const id = (number: number) => `0198c0de-0000-7000-8000-${String(number).padStart(12, "0")}`;
const [PROXY, OLD, LIVE] = [id(22), id(41), id(42)];
let db: Db;
beforeEach(() => {
  db = new DatabaseSync(":memory:");
  db.exec(readFileSync(join(import.meta.dirname, "fixtures/schema-2.sql"), "utf8"));
  migrate(db);
});
const brief = (serviceId: string) => instancesOfService(db, serviceId).map((one) => `${one.id === one.releaseId ? "first" : "other"} #${one.ordinal} ${one.state} ${one.address} ${one.containerId}`);

test("a release of an older store has its one instance, in the state that it was in", () => {
  expect([PROXY, id(20), id(23), id(24)].map(brief)).toEqual([
    ["first #1 retiring 10.210.0.5 dec0de", "first #1 live 10.210.0.6 facade"],
    ["first #1 live 10.210.0.4 c0ffee"],
    [],
    ["first #1 live 10.210.0.7 beaded"],
  ]);
  expect(addressesInUse(db, id(11)).toSorted()).toEqual(["10.210.0.4", "10.210.0.5", "10.210.0.6", "10.210.0.7"]);
});

test("requests go to those that are live; to those that are down only when there is no other", () => {
  createInstance(db, { id: id(300), releaseId: LIVE, ordinal: 2, address: "10.210.0.8" });
  expect(servingAddresses(db, LIVE)).toEqual(["10.210.0.6"]);
  turnInstance(db, id(300), "starting", "live");
  expect(servingAddresses(db, LIVE)).toEqual(["10.210.0.6", "10.210.0.8"]);
  turnInstance(db, LIVE, "live", "down");
  expect(servingAddresses(db, LIVE)).toEqual(["10.210.0.8"]);
  turnInstance(db, id(300), "live", "down");
  expect(servingAddresses(db, LIVE)).toEqual(["10.210.0.6", "10.210.0.8"]);
  expect([turnInstance(db, LIVE, "live", "down"), turnInstance(db, LIVE, "down", "live")]).toEqual([false, true]);
});

test("what goes live replaces all that served, also when it is the same release again", () => {
  createInstance(db, { id: id(300), releaseId: LIVE, ordinal: 1, address: "10.210.0.8" });
  createInstance(db, { id: id(301), releaseId: LIVE, ordinal: 2, address: "10.210.0.9" });
  turnInstance(db, LIVE, "live", "down");
  goLive(db, PROXY, LIVE);
  expect(servingInstances(db, LIVE).map((one) => [one.id, one.state])).toEqual([[id(300), "live"], [id(301), "live"]]);
  expect(brief(PROXY)).toEqual(["first #1 retiring 10.210.0.5 dec0de", "first #1 retiring 10.210.0.6 facade", "other #1 live 10.210.0.8 null", "other #2 live 10.210.0.9 null"]);
  expect([findRelease(db, OLD)?.state, findRelease(db, LIVE)?.state, findService(db, PROXY)?.liveReleaseId]).toEqual(["retiring", "live", LIVE]);
});

test("of instances that are gone only the newest rows stay, without their addresses", () => {
  for (let n = 0; n < 20; n += 1) {
    createInstance(db, { id: id(300 + n), releaseId: LIVE, ordinal: 2, address: "10.210.0.8" });
    endInstance(db, { id: id(300 + n), releaseId: LIVE });
  }
  const gone = all<{ id: string; address: string | null }>(db, "SELECT id, address FROM instance WHERE state = 'gone' ORDER BY id");
  expect([gone.length, gone[0], addressesInUse(db, id(11)).includes("10.210.0.8")]).toEqual([16, { id: id(304), address: null }, false]);
});
