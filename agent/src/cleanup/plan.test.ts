import { expect, test } from "vitest";
import { storageSettings } from "../../contract/index.ts";
import { budgetOf, type Item, type Place } from "./part.ts";
import { PARTS } from "./parts.ts";
import { choose, shortest } from "./plan.ts";

const item = (id: string, bytes: number, more: Partial<Item> = {}): Item => ({ id, name: id, serviceId: null, bytes, at: 0, ...more });
const part = (bytes: number, budget: number | null, items: Item[], on: Place = "engine") => ({ found: { bytes, items }, budget, on });
const ids = (chosen: Item[][]) => chosen.map((items) => items.map(({ id }) => id).join(""));

test("down to a budget go the oldest, and never the nearest way back", () => {
  const items = [item("a", 10), item("b", 10), item("c", 10, { nearest: true })];
  expect([100, 90, 85, 75, 0].map((budget) => ids(choose([part(100, budget, items)], "budgets", 0))[0])).toEqual(["", "a", "ab", "ab", "ab"]);
  expect(ids(choose([part(100, 0, items)], "all", 0))).toEqual(["abc"]);
});

test("what is over its count or nobody's goes whatever room there is", () => {
  const items = [item("a", 0), item("b", 5, { over: true })];
  expect(ids(choose([part(5, 1000, items), part(3, null, [item("l", 3, { over: true })])], "budgets", 0))).toEqual(["b", "l"]);
});

test("where the disk is short more goes, part by part, until the mark is free", () => {
  const parts = [part(30, 100, [item("a", 10), item("b", 10)]), part(50, 100, [item("r", 20), item("s", 20), item("t", 10, { nearest: true })])];
  expect([-5, 0, 5, 15, 20, 21, 500].map((needed) => ids(choose(parts, "mark", needed)).join("|"))).toEqual(["|", "|", "a|", "ab|", "ab|", "ab|r", "ab|rs"]);
});

const GB = 1024 ** 3;
const unset = storageSettings.parse({});
const disks = (data: [number, number], engine: [number, number]) => ({
  data: { path: "/data", free: data[0] * GB, total: data[1] * GB },
  engine: { path: "/docker", free: engine[0] * GB, total: engine[1] * GB },
  same: false,
});

test("what lies on another disk than the one that is short stays: it would free nothing there", () => {
  const parts = [part(30, null, [item("l", 10), item("m", 10)], "data"), part(50, 100, [item("r", 20), item("s", 20, { on: "data" })])];
  expect(ids(choose(parts, "mark", 500, "data"))).toEqual(["lm", "s"]);
  expect(ids(choose(parts, "mark", 15, "engine"))).toEqual(["", "r"]);
  expect(ids(choose(parts, "mark", 500, null))).toEqual(["lm", "rs"]);
  // What goes from the other one by its budget frees nothing either.
  expect(ids(choose([part(10, 0, [item("l", 10)], "data"), part(20, 100, [item("r", 10), item("s", 10)])], "mark", 10, "engine"))).toEqual(["l", "r"]);
});

test("the disk that lacks most is the one that is short, and not the smaller one", () => {
  expect(shortest(disks([5, 20], [6, 1000]), unset)).toMatchObject({ disk: { path: "/docker" }, mark: 20 * GB, on: "engine" });
  expect(shortest(disks([1, 20], [600, 1000]), unset)).toMatchObject({ disk: { path: "/data" }, mark: 2 * GB, on: "data" });
  expect(shortest({ ...disks([1, 20], [1, 20]), same: true }, unset)).toMatchObject({ on: null });
});

test("a budget that nobody has set is a share of the disk that the thing lies on", () => {
  const budget = (name: string) => budgetOf(PARTS.find((one) => one.name === name)!, unset, disks([1, 20], [600, 1000]));
  expect([budget("releases"), budget("logs")]).toEqual([400 * GB, GB]);
});
