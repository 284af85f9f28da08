import { expect, test } from "vitest";
import { above, asWritten, crumbsOf, ROOT, within } from "./paths.ts";

test("a path is walked down and up, to the volume's own folder and no further", () => {
  expect([within(ROOT, "a"), within("a", "b c"), above("a/b"), above("a"), above(ROOT)]).toEqual(["a", "a/b c", "a", "", null]);
  expect(crumbsOf("a/b/c")).toEqual([{ name: "a", path: "a" }, { name: "b", path: "a/b" }, { name: "c", path: "a/b/c" }]);
  expect(crumbsOf(ROOT)).toEqual([]);
});

test("a name with a backslash is written so that the agent reads the same name", () => {
  expect(["plain.txt", "a\\x41", "a\\xzz", "c:\\b"].map(asWritten)).toEqual(["plain.txt", "a\\x5cx41", "a\\xzz", "c:\\b"]);
});
