import type { LogFilter, LogPage } from "@aeroplane/agent/contract";
import { matcherOf } from "@aeroplane/agent/contract";
import { expect, test } from "vitest";
import { createAround } from "./around.ts";
import { createBuffer } from "./buffer.ts";
import { createEarlier, type AskPage } from "./earlier.ts";

const line = (number: number) => ({ at: number, stream: "out" as const, from: "r", text: `line ${number}${number % 100 === 0 ? " error" : ""}` });
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

/** An agent that has lines 0 to 9999, and looks at a thousand at once. */
function agent() {
  const asked: string[] = [];
  const ask: AskPage = async ({ before, after, filter, limit }, signal) => {
    asked.push(before ?? after!);
    await Promise.resolve();
    signal.throwIfAborted();
    const matches = matcherOf(filter);
    const found: number[] = [];
    if (after !== undefined) {
      let at = Number(after);
      for (; at < 10_000 && found.length < limit; at += 1) found.push(at);
      return pageOf(found, after, at < 10_000 ? String(at) : null);
    }
    let at = Number(before);
    const least = Math.max(0, at - 1000);
    for (; at > least && found.length < limit; at -= 1) if (matches(line(at - 1))) found.unshift(at - 1);
    return pageOf(found, at === 0 ? null : String(at), before!);
  };
  const pageOf = (numbers: number[], before: string | null, after: string | null): LogPage => ({ lines: numbers.map((number) => ({ ...line(number), place: String(number) })), before, after });
  return { ask, asked };
}
function opened(from: number) {
  const buffer = createBuffer();
  buffer.add({ lines: Array.from({ length: 10_000 - from }, (_, index) => line(from + index)), ended: false, gap: false, cursor: "10000", before: String(from) });
  const { ask, asked } = agent();
  return { buffer, asked, earlier: createEarlier(buffer, ask) };
}
const textsOf = (earlier: ReturnType<typeof createEarlier>) => {
  const { rows } = earlier.view();
  return Array.from({ length: rows.length }, (_, index) => rows.at(index)!).map((row) => ("line" in row ? row.line.text : Object.keys(row)[1]!));
};

test("who reads back gets page after page, up to the first line that is kept", async () => {
  const { earlier, asked } = opened(9000);
  for (let pages = 0; earlier.hasMore(); pages += 1) {
    earlier.more();
    // Asked twice meanwhile it is one call.
    earlier.more();
    await settle();
    expect(pages < 30).toBe(true);
  }
  expect([textsOf(earlier), asked.length]).toEqual([["edge", ...Array.from({ length: 10_000 }, (_, number) => line(number).text)], 18]);
});

test("a search goes through all that is kept, and stops where there is enough to see", async () => {
  const { earlier, buffer } = opened(9950);
  earlier.set({ text: "error" });
  expect([textsOf(earlier), earlier.hasMore()]).toEqual([[], true]);
  earlier.more();
  await settle();
  expect([textsOf(earlier), earlier.hasMore(), earlier.isAsking()]).toEqual([Array.from({ length: 100 }, (_, index) => `line ${index * 100} error`), false, false]);
  // What comes live is found behind it.
  buffer.add({ lines: [line(10_000)], ended: false, gap: false, cursor: "10001" });
  expect(textsOf(earlier).at(-1)).toBe("line 10000 error");
  earlier.set({ text: "line" });
  earlier.more();
  await settle();
  expect([textsOf(earlier).length, earlier.hasMore()]).toEqual([51 + 500, true]);
  // Another search forgets what this one has found; without one the lines are as before.
  earlier.set({ text: "9999" });
  expect(textsOf(earlier)).toEqual(["line 9999"]);
  earlier.set({});
  expect(textsOf(earlier).length).toBe(51);
});

test("a search that is given up asks no more, and what it could not have it says and asks again", async () => {
  const { earlier, asked } = opened(9950);
  earlier.set({ text: "nowhere" });
  earlier.more();
  earlier.set({});
  await settle();
  expect([asked.length, earlier.problem()]).toEqual([1, null]);
  let fails = true;
  const { ask } = agent();
  const buffer = createBuffer();
  buffer.add({ lines: [], ended: false, gap: false, cursor: "10", before: "10" });
  const failing = createEarlier(buffer, (given, signal) => (fails ? Promise.reject(new Error("away")) : ask(given, signal)));
  failing.more();
  await settle();
  expect([failing.problem()?.code, failing.isAsking(), failing.hasMore()]).toEqual(["UNEXPECTED", false, true]);
  fails = false;
  failing.more();
  await settle();
  expect([failing.problem(), textsOf(failing).length]).toEqual([null, 11]);
});

test("lines that rush by take the beginning along: what was found before them goes too, and pages that adjoin nothing are left", async () => {
  const buffer = createBuffer(1000);
  const batch = (from: number) => ({ lines: Array.from({ length: 500 }, (_, index) => line(from + index)), ended: false, gap: false, cursor: String(from + 500) });
  buffer.add({ ...batch(5000), before: "5000" });
  const { ask } = agent();
  const earlier = createEarlier(buffer, ask);
  const filter: LogFilter = { text: "error" };
  earlier.set(filter);
  earlier.more();
  await settle();
  expect(textsOf(earlier).length).toBe(55);
  for (let from = 5500; from < 9000; from += 500) buffer.add(batch(from));
  expect([buffer.front(), textsOf(earlier)[0]]).toEqual(["8000", "line 8000 error"]);
  earlier.set({});
  earlier.more();
  buffer.add(batch(9000));
  await settle();
  expect([buffer.front(), textsOf(earlier)[0]]).toEqual(["8500", "line 8500 error"]);
});

test("around a line its neighbours are shown, on both sides as far as somebody reads", async () => {
  const { ask } = agent();
  const around = createAround("5000", ask);
  around.begin();
  await settle();
  const numbers = () => Array.from({ length: around.rows().length }, (_, index) => around.rows().at(index)!).flatMap((row) => ("line" in row ? [row.line.at] : []));
  const runs = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
  expect([numbers(), around.rows().at(-around.rows().dropped)]).toEqual([runs(4700, 5300), { number: 0, line: { ...line(5000), place: "5000" } }]);
  for (let page = 0; page < 30; page += 1) {
    around.older();
    await settle();
  }
  expect(numbers()).toEqual(runs(0, 5300));
  // Of what is furthest away nothing is held.
  for (let page = 0; page < 10; page += 1) {
    around.newer();
    await settle();
  }
  expect([numbers(), around.rows().at(-around.rows().dropped)!.number]).toEqual([runs(8300 - 20 * 300, 8300), 0]);
});
