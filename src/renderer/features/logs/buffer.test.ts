import { describe } from "@aeroplane/agent/contract";
import { expect, test } from "vitest";
import { createBuffer, type Row } from "./buffer.ts";
import { createRows, type Rows } from "./rows.ts";
import { createSearch } from "./search.ts";

const line = (text: string) => ({ at: 0, stream: "out" as const, from: "build", text });
const listOf = <T>(rows: Rows<T>) => Array.from({ length: rows.length }, (_, index) => rows.at(index)!);
const textsOf = (rows: Rows<Row>) => listOf(rows).map((row) => ("line" in row ? row.line.text : "gap"));

test("the buffer keeps the newest lines, marks gaps and the end", () => {
  const buffer = createBuffer(2);
  buffer.add({ lines: [line("a")], ended: false, gap: true });
  buffer.add({ lines: [line("b")], ended: false, gap: true });
  for (let index = 0; index < 1000; index += 1) buffer.add({ lines: [line(String(index))], ended: index === 999, gap: false });
  expect({ rows: listOf(buffer.rows()), dropped: buffer.rows().dropped, ended: buffer.ended() }).toEqual({
    rows: [
      { number: 1001, line: line("998") },
      { number: 1002, line: line("999") },
    ],
    dropped: 1001,
    ended: true,
  });
});

test("a search goes on over lines that come later, and ignores colours", () => {
  const buffer = createBuffer();
  const texts = (word: string) => textsOf(buffer.find(word ? { text: word } : {}).found);
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

test("a search looks at each line once, in slices, and forgets what is no longer kept", () => {
  const rows = createRows<Row>();
  let clock = 0;
  let looks = 0;
  const search = createSearch({ now: () => (clock += 2) });
  const counted = (number: number): Row => ({
    number,
    get line() {
      looks += 1;
      return line(number % 10 === 0 ? "error" : "fine");
    },
  });
  for (let number = 0; number < 5000; number += 1) rows.push(counted(number));
  const numbers = (found: Rows<Row>) => listOf(found).map(({ number }) => number);
  let slices = 1;
  const find = (word: string, of = rows.view()) => search.find(word, of, () => (row) => "line" in row && row.line.text === word);
  for (; !find("error").done; slices += 1);
  expect([slices > 5, slices < 40]).toEqual([true, true]);
  looks = 0;
  for (let number = 5000; number < 5100; number += 1) rows.push(counted(number));
  rows.drop(5050);
  const { found, done } = find("error");
  // Once each of those that came and stayed.
  expect([numbers(found), found.dropped, done, looks]).toEqual([[5050, 5060, 5070, 5080, 5090], 500, true, 50]);
  // Another word begins anew, with what is kept.
  expect([find("fine").found.length, find("fine", createRows<Row>().view()).found.length]).toEqual([45, 45]);
});

test("rows are those that stand, however many were lost before them", () => {
  const rows = createRows<number>();
  for (let count = 0; count < 100_000; count += 1) {
    rows.push(count);
    rows.drop(rows.size() - 10);
  }
  expect([listOf(rows.view()), rows.view().at(10), rows.view().at(-1), rows.view().dropped]).toEqual([[99990, 99991, 99992, 99993, 99994, 99995, 99996, 99997, 99998, 99999], undefined, undefined, 99_990]);
});

test("earlier lines go before the others, and the buffer knows where those before its first are to be had", () => {
  const [early, late, latest] = ["01890a5d-ac96-774b-bcce-b302099a8051", "01890a5d-ac96-774b-bcce-b302099a8052", "01890a5d-ac96-774b-bcce-b302099a8053"];
  const of = (from: string, text: string) => ({ at: 0, stream: "out" as const, from, text });
  const shown = () => listOf(buffer.rows()).map((row) => ("line" in row ? row.line.text : "begins" in row ? `begins ${row.begins.slice(-1)}` : "edge" in row ? "edge" : "gap"));
  const buffer = createBuffer(1000, { divides: true });
  expect(buffer.front()).toBeUndefined();
  buffer.add({ lines: [of(late, "c"), of(latest, "d"), of(late, "e")], ended: false, gap: false, cursor: "1", before: "b" });
  expect([shown(), buffer.front()]).toEqual([["c", "begins 3", "d", "e"], "b"]);
  buffer.prepend({ lines: [of(early, "a"), of(early, "b")], before: "a" });
  expect([shown(), buffer.front()]).toEqual([["a", "b", "begins 2", "c", "begins 3", "d", "e"], "a"]);
  buffer.prepend({ lines: [], before: null });
  expect([shown(), buffer.front(), buffer.rows().dropped]).toEqual([["edge", "begins 1", "a", "b", "begins 2", "c", "begins 3", "d", "e"], null, -5]);
  const numbers = listOf(buffer.rows()).map(({ number }) => number);
  expect(numbers).toEqual(numbers.map((_, index) => numbers[0]! + index));
  // What was found does not miss what came before it meanwhile.
  expect([textsOf(buffer.find({ only: [early] }).found), buffer.find({ text: "b" }).found.length]).toEqual([["gap", "gap", "a", "b"], 1]);
  for (let batch = 2; batch < 3000; batch += 1) buffer.add({ lines: [of(latest, String(batch))], ended: false, gap: false, cursor: String(batch) });
  const first = buffer.firstLine()!.text;
  expect([buffer.front(), buffer.rows().length >= 1000, buffer.rows().length < 1010]).toEqual([String(Number(first) - 1), true, true]);
});

test("why it could not be opened is told until it is", () => {
  const buffer = createBuffer();
  const problem = describe("DOCKER_SILENT", { seconds: 30, act: "list the containers" });
  const trouble = { problem, again: null, isShort: false };
  buffer.fail(trouble);
  const before = buffer.trouble();
  buffer.add({ lines: [], ended: false, gap: false });
  expect([before, buffer.trouble()]).toEqual([trouble, null]);
});
