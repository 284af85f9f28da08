import { expect, test } from "vitest";
import { bounded } from "./bounded.ts";

function said(lines: readonly string[], bounds: { lines: number; characters: number; last: number }): string[] {
  const written: string[] = [];
  const { log, end } = bounded((text, stream) => written.push(`${stream ?? ""} ${text}`), bounds);
  for (const line of lines) log(line, "out");
  end();
  return written;
}
const numbered = (count: number) => Array.from({ length: count }, (_, at) => `line ${at + 1}`);

test("what is within the bounds is written as it comes", () => {
  expect(said(numbered(3), { lines: 3, characters: 100, last: 2 })).toEqual(["out line 1", "out line 2", "out line 3"]);
});

test("of what goes beyond them it is said once that it is left out, and the last lines follow at the end", () => {
  const more = " It says more than is kept here: the rest is left out but for its last lines";
  expect(said(numbered(7), { lines: 3, characters: 100, last: 2 })).toEqual(["out line 1", "out line 2", "out line 3", more, " … 2 lines are left out …", "out line 6", "out line 7"]);
  expect(said(numbered(4), { lines: 3, characters: 100, last: 2 })).toEqual(["out line 1", "out line 2", "out line 3", more, "out line 4"]);
  expect(said(numbered(3), { lines: 100, characters: 13, last: 2 })).toEqual(["out line 1", "out line 2", more, "out line 3"]);
});

test("a shorter line after one that was too much is not written before it", () => {
  expect(said(["aaaa", "bbbbbbbb", "c"], { lines: 9, characters: 6, last: 5 }).at(-1)).toBe("out c");
});

test("who reads only for the beginning can stop when that is written", () => {
  const { log, isFull } = bounded(() => {}, { lines: 2, characters: 100, last: 2 });
  const full = numbered(3).map((line) => (log(line, "out"), isFull()));
  expect(full).toEqual([false, false, true]);
});
