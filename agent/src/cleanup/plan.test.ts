import { expect, test } from "vitest";
import { choose } from "./plan.ts";
import type { Item } from "./part.ts";

const item = (id: string, bytes: number, more: Partial<Item> = {}): Item => ({ id, name: id, serviceId: null, bytes, at: 0, ...more });
const part = (bytes: number, budget: number | null, items: Item[]) => ({ found: { bytes, items }, budget });
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
