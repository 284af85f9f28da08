import { expect, test } from "vitest";
import type { CacheRecord } from "../docker/build-cache.ts";
import { ownRecords } from "./own-cache.ts";

const regular = (ID: string, UsageCount = 1, more: CacheRecord = {}): CacheRecord => ({ ID, Type: "regular", Description: "fileop target", UsageCount, InUse: false, ...more });
const source = (ID: string, of: "dockerfile" | "context", UsageCount = 1): CacheRecord => regular(ID, UsageCount, { Type: "source.local", Description: `local source for ${of}` });
const build = (name: string) => [source(`${name}d`, "dockerfile"), source(`${name}c`, "context"), regular(`${name}r`)];
const ids = ({ ours }: ReturnType<typeof ownRecords>) => ours.map(({ id }) => id);

test("what came with one build, and what only ours used before, is ours", () => {
  const theirs = build("t");
  const first = ownRecords(theirs, [...theirs, ...build("a")], []);
  expect(ids(first)).toEqual(["ad", "ac", "ar"]);
  // The base is theirs and stays so, however often we use it.
  const again = ownRecords([...theirs, ...build("a")], [...build("t").slice(0, 2), regular("tr", 2), ...build("a").slice(0, 2), regular("ar", 2), ...build("b")], first.ours);
  expect(again.ours).toEqual([{ id: "ar", uses: 2 }, { id: "bd", uses: 1 }, { id: "bc", uses: 1 }, { id: "br", uses: 1 }]);
});

test("one of ours that somebody used in between is theirs too", () => {
  const { ours } = ownRecords([regular("x", 5)], [regular("x", 6), ...build("b")], [{ id: "x", uses: 4 }]);
  expect(ours.map(({ id }) => id)).toEqual(["bd", "bc", "br"]);
});

test("where somebody else may have built at the same time, nothing is told", () => {
  const alone = build("a");
  const others: CacheRecord[][] = [
    [source("td", "dockerfile")],
    [source("tc", "context"), source("ti", "context")],
    [regular("tg", 1, { Type: "source.git.checkout", Description: "git snapshot" })],
    [regular("tu", 1, { InUse: true })],
  ];
  expect(others.map((other) => ids(ownRecords([], [...alone, ...other], [])))).toEqual([[], [], [], []]);
  expect(ids(ownRecords([regular("t", 1, { InUse: true })], [regular("t"), ...alone], []))).toEqual([]);
});

test("what is gone is told, whoever took it", () => {
  expect(ownRecords([], [], [{ id: "a", uses: 1 }])).toEqual({ ours: [], gone: ["a"] });
});
