import { expect, test } from "vitest";
import { entryOf } from "./open.ts";
import { wordsOf } from "./audit-words.ts";

test("what every object has by a name is no entry of a table", () => {
  const table = { live: "Live" };
  expect(["live", "constructor", "toString", "__proto__", "of-later"].map((word) => entryOf(table, word))).toEqual(["Live", undefined, undefined, undefined, undefined]);
  expect([wordsOf("constructor", "ok"), wordsOf("valueOf", "failed")]).toEqual(["constructor", "valueOf (failed)"]);
});
