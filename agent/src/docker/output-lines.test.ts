import { expect, test } from "vitest";
import { CUT_MARK, LONGEST_LINE, wholeLines } from "./output-lines.ts";
import type { OutputRecord } from "./output.ts";

type Said = [stamp: string, stream: "out" | "err", text: string, last: boolean];
async function linesOf(said: Said[]) {
  async function* parts(of: number): AsyncGenerator<OutputRecord[]> {
    for (let at = 0; at < said.length; at += of) yield said.slice(at, at + of).map(([stamp, stream, text, last]) => ({ stamp, stream, text, last }));
  }
  async function told(of: number): Promise<string[]> {
    const texts: string[] = [];
    for await (const lines of wholeLines(parts(of))) texts.push(...lines.map(({ text, open }) => (open ? `${text}(open)` : text)));
    return texts;
  }
  const one = await told(1);
  // However many come at once.
  expect(await told(said.length)).toEqual(one);
  return one;
}

test("pieces of a line are put together, also where the other stream speaks in between", async () => {
  expect(await linesOf([["1", "out", "a", false], ["2", "err", "error\r", true], ["1", "out", "b", true]])).toEqual(["error", "ab"]);
});

test("a line without an end is told as it is when another begins, or nothing follows", async () => {
  expect(await linesOf([["1", "out", "cut", false], ["2", "out", "10%\r50%\u2028", true], ["3", "err", "rest", false]])).toEqual(["cut", "10%\r50%\u2028", "rest(open)"]);
});

test("a line that is too long is cut, says so, and costs no memory", async () => {
  const piece = "x".repeat(16_384);
  const pieces = Array.from({ length: 100 }, (_, at): Said => ["1", "out", piece, at === 99]);
  expect(await linesOf([...pieces, ["2", "out", "next", true]])).toEqual(["x".repeat(LONGEST_LINE) + CUT_MARK, "next"]);
});
