import { describe } from "@aeroplane/agent/contract";
import { expect, test } from "vitest";
import { createBuffer } from "./buffer.ts";

const line = (text: string) => ({ at: 0, stream: "out" as const, from: "build", text });

test("the buffer keeps the newest lines, marks gaps and the end", () => {
  const buffer = createBuffer(2);
  buffer.add({ lines: [line("a")], ended: false, gap: true });
  buffer.add({ lines: [line("b")], ended: false, gap: true });
  for (let index = 0; index < 1000; index += 1) buffer.add({ lines: [line(String(index))], ended: index === 999, gap: false });
  expect({ rows: buffer.rows(), ended: buffer.ended() }).toEqual({
    rows: [
      { number: 1001, line: line("998") },
      { number: 1002, line: line("999") },
    ],
    ended: true,
  });
});

test("a search goes on over lines that come later, and ignores colours", () => {
  const buffer = createBuffer();
  const texts = (word: string) => buffer.find(word).map((row) => ("line" in row ? row.line.text : "gap"));
  buffer.add({ lines: [line("\u001b[31mFirst\u001b[0m error"), line("fine")], ended: false, gap: false });
  const before = texts("first error");
  buffer.add({ lines: [line("Another first error")], ended: false, gap: true });
  expect({ before, after: texts("first error"), other: texts("fine"), all: texts("").length }).toEqual({
    before: ["\u001b[31mFirst\u001b[0m error"],
    after: ["\u001b[31mFirst\u001b[0m error", "Another first error"],
    other: ["fine"],
    all: 4,
  });
});

test("why it could not be opened is told until it is", () => {
  const buffer = createBuffer();
  const problem = describe("DOCKER_SILENT", { seconds: 30, act: "list the containers" });
  buffer.fail(problem);
  const before = buffer.trouble();
  buffer.add({ lines: [], ended: false, gap: false });
  expect([before, buffer.trouble()]).toEqual([problem, null]);
});
