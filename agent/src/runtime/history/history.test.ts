import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { matcherOf, type LogFilter, type LogLine, type LogPage } from "../../../contract/index.ts";
import type { HistoryAsked } from "../../api/needs.ts";
import { behind, encodeCursor, nanosOf, NOTHING_READ, stampOf } from "../position.ts";
import { readAll } from "./archive-blocks.ts";
import { pageOf } from "./history.ts";
import { encodeKept } from "./kept-line.ts";
import type { Source } from "./source.ts";

const START = Date.parse("2026-11-30T04:00:00Z");
const stamp = (milliseconds: number, nanos = 0) => stampOf(BigInt(START + milliseconds) * 1_000_000n + BigInt(nanos));
type Said = { stamp: string; stream: "out" | "err"; text: string };
const said = (at: string, text: string, stream: Said["stream"] = "out"): Said => ({ stamp: at, stream, text });

/** Files as the agent keeps them, one for each container. */
async function sourcesOf(outputs: Said[][]): Promise<Source[]> {
  const folder = await mkdtemp(join(tmpdir(), "history-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return Promise.all(
    outputs.map(async (lines, index): Promise<Source> => {
      const path = join(folder, String(index));
      await writeFile(path, lines.map(encodeKept).join(""));
      const file = await open(path, "r");
      onTestFinished(() => file.close());
      const read = async (offset: number, bytes: number) => (await file.read(Buffer.alloc(bytes), 0, bytes, offset)).buffer;
      return { container: String(index).padStart(12, "a"), createdAt: index * 1000, release: `release-${index}`, ordinal: null, blocks: await readAll(path), read };
    }),
  );
}
/** What pages have to tell, put in order in memory. */
function inOrder(outputs: Said[][], filter: LogFilter = {}): string[] {
  const all = outputs.flatMap((lines, rank) => {
    let highest = "";
    return lines.map((line, nth) => ({ ...line, rank, nth, key: (highest = line.stamp > highest ? line.stamp : highest) }));
  });
  const matches = matcherOf(filter);
  const isWanted = (line: (typeof all)[number]) => matches({ at: Number(nanosOf(line.stamp) / 1_000_000n), stream: line.stream, from: `release-${line.rank}`, text: line.text } as LogLine);
  return all.filter(isWanted).sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.rank - b.rank || a.nth - b.nth)).map(({ text }) => text);
}
const texts = ({ lines }: LogPage) => lines.map(({ text }) => text);

/** All pages back from there, oldest line first, and how many that were. */
async function allBack(sources: Source[], asked: Partial<HistoryAsked> = {}, bytes?: number) {
  let found: string[] = [];
  let pages = 0;
  for (let before = asked.before; pages < 1000; ) {
    const page = await pageOf(sources, { filter: {}, limit: 50, ...asked, before }, undefined, bytes);
    found = [...texts(page), ...found];
    pages += 1;
    if (page.before === null) return { found, pages };
    before = page.before;
  }
  throw new Error("no end");
}
async function allOn(sources: Source[], asked: Partial<HistoryAsked>, bytes?: number) {
  const found: string[] = [];
  for (let next = asked; ; ) {
    const page = await pageOf(sources, { filter: {}, limit: 70, ...next }, undefined, bytes);
    found.push(...texts(page));
    if (page.after === null) return found;
    next = { filter: asked.filter ?? {}, after: page.after };
  }
}

/** Several containers at once, each with many lines of one stamp and a clock that is set back. */
function messy(seed: number, containers = 4, lines = 2500): Said[][] {
  let state = seed;
  // mulberry32: the same numbers each time, and no pattern in them.
  function random(below: number): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }
  return Array.from({ length: containers }, (_, index) => {
    let at = random(3000);
    let nanos = 0;
    return Array.from({ length: random(lines) + lines / 10 }, (__, number) => {
      if (random(9) !== 0) {
        at += random(7);
        nanos = number;
      }
      if (random(700) === 0) at -= random(4000);
      const words = ["GET / 200", "\u001b[31mERROR\u001b[0m no database", "warn: slow", "tab\there", "a\rb", "ünïcode ⏎ 😀"][random(6)]!;
      return said(stamp(Math.max(0, at), nanos), `${index}.${number} ${words} ${"x".repeat(random(60))}`, random(5) === 0 ? "err" : "out");
    });
  });
}

test.each([1, 2, 3, 4])("pages back and on tell every line once, in one order (%i)", async (seed) => {
  const outputs = messy(seed);
  const sources = await sourcesOf(outputs);
  const all = inOrder(outputs);
  expect((await allBack(sources, {}, 1)).found).toEqual(all);
  expect((await allBack(sources, { limit: 999 })).found).toEqual(all);
  expect(await allOn(sources, { moment: 0 })).toEqual(all);
  // From the middle to both ends.
  const middle = (await pageOf(sources, { filter: {}, limit: 1000 })).before!;
  const [back, on] = [await allBack(sources, { before: middle }), await allOn(sources, { after: middle }, 1)];
  expect([...back.found, ...on]).toEqual(all);
});

test.each<[string, LogFilter]>([
  ["a word, over colours and in any case", { text: "error NO" }],
  ["a level", { level: "warn" }],
  ["a time", { from: START + 2000, until: START + 4000 }],
  ["a release", { only: ["release-1"] }],
  ["all but a release", { except: ["release-1"], text: "ÜNÏ" }],
  ["nothing", { text: "not there" }],
])("a search for %s finds every line of it and no other, however little is read at once", async (_, filter) => {
  const outputs = messy(7);
  const sources = await sourcesOf(outputs);
  const wanted = inOrder(outputs, filter);
  expect((await allBack(sources, { filter }, 1)).found).toEqual(wanted);
  expect((await allBack(sources, { filter, limit: 60 })).found).toEqual(wanted);
  expect(await allOn(sources, { filter, moment: 0 }, 100_000)).toEqual(wanted);
  expect(wanted.length > 0).toBe(filter.text !== "not there");
});

test("each line found names its place, and around it stand its neighbours", async () => {
  const outputs = messy(11);
  const sources = await sourcesOf(outputs);
  const all = inOrder(outputs);
  const { lines } = await pageOf(sources, { filter: { text: "no database" }, limit: 40 });
  expect(lines.length).toBe(40);
  for (const { place, text } of lines) {
    const at = all.indexOf(text);
    const [before, after] = [await pageOf(sources, { filter: {}, limit: 5, before: place }), await pageOf(sources, { filter: {}, limit: 5, after: place })];
    expect([...texts(before), ...texts(after)]).toEqual(all.slice(Math.max(0, at - 5), at + 5));
  }
});

test("what a stream has told is not told again, however far each container was read", async () => {
  const outputs = messy(13);
  const sources = await sourcesOf(outputs);
  // The stream has come so far in each: what it told in another order than that of the stamps is not told by a page.
  const reached = outputs.map((lines, index) => Math.floor((lines.length * (index + 1)) / 5));
  const positions = new Map(
    outputs.map((lines, index) => {
      const read = lines.slice(0, reached[index]);
      return [sources[index]!.container, read.reduce((position, line) => behind(position, line.stamp), NOTHING_READ)] as const;
    }),
  );
  const { found } = await allBack(sources, { before: encodeCursor({ newest: 3000, positions }) });
  expect(found.toSorted()).toEqual(outputs.flatMap((lines, index) => lines.slice(0, reached[index])).map(({ text }) => text).toSorted());
  // Some lines before that, as where a stream begins some lines back; one that it has never heard of has nothing before it.
  const [first, ...others] = [...positions].map(([id, { nanos, seen }]) => `${id}-${nanos}-${seen}-${id === sources[1]!.container ? 7 : 0}`);
  const back = await allBack(sources, { before: ["t.3000", first, ...others.slice(0, 2)].join(".") });
  expect(back.found.toSorted()).toEqual(
    [outputs[0]!.slice(0, reached[0]), outputs[1]!.slice(0, Math.max(0, reached[1]! - 7)), outputs[2]!.slice(0, reached[2])].flat().map(({ text }) => text).toSorted(),
  );
});

test("a search reads no more at once than it may, and says where to go on", async () => {
  const lines = Array.from({ length: 40_000 }, (_, number) => said(stamp(number), number === 5 ? "needle" : `hay ${number}`));
  const sources = await sourcesOf([lines]);
  let most = 0;
  let read = 0;
  const counted = sources.map((source): Source => ({ ...source, read: (offset, bytes) => ((read += bytes), source.read(offset, bytes)) }));
  const found: string[] = [];
  let calls = 0;
  for (let before: string | null | undefined = undefined; before !== null; calls += 1) {
    read = 0;
    const page: LogPage = await pageOf(counted, { filter: { text: "needle" }, limit: 10, before }, undefined, 300_000);
    most = Math.max(most, read);
    found.push(...texts(page));
    before = page.before;
  }
  expect([found, calls > 4, most < 600_000]).toEqual([["needle"], true, true]);
  // What has to be looked at line by line is less at once: each block has more than a thousand of them.
  read = 0;
  await pageOf(counted, { filter: { level: "error" }, limit: 10 }, undefined, 300_000);
  expect(read < 300_000).toBe(true);
  const stopped = new AbortController();
  stopped.abort();
  await expect(pageOf(sources, { filter: { text: "needle" }, limit: 10 }, stopped.signal)).rejects.toThrow(/abort/i);
});

test("a time is found without reading what lies before and behind it", async () => {
  const lines = Array.from({ length: 100_000 }, (_, number) => said(stamp(number * 10), `line ${number}`));
  const [source] = await sourcesOf([lines]);
  let read = 0;
  const counted: Source = { ...source!, read: (offset, bytes) => ((read += bytes), source!.read(offset, bytes)) };
  const { lines: found, before } = await pageOf([counted], { moment: START + 500_000, filter: {}, limit: 2 });
  expect([found.map(({ text }) => text), read < 300_000]).toEqual([["line 50000", "line 50001"], true]);
  expect(texts(await pageOf([counted], { before: before!, filter: {}, limit: 2 }))).toEqual(["line 49998", "line 49999"]);
  const range = await allBack([counted], { filter: { from: START + 700_000, until: START + 700_030 } });
  expect([range.found, range.pages]).toEqual([["line 70000", "line 70001", "line 70002"], 1]);
});

test("of nothing, and with cursors of nobody, there is nothing and no failure", async () => {
  const none = { lines: [], before: null, after: null };
  expect(await pageOf([], { filter: {}, limit: 10 })).toEqual(none);
  expect(await pageOf(await sourcesOf([[]]), { filter: {}, limit: 10 })).toEqual(none);
  const sources = await sourcesOf([[said(stamp(1), "one")], []]);
  for (const before of ["x:1", "h.1-1", "h.99999999999999999999-1.zz", "t.", "-", "h.0-0.:t.x"]) expect(texts(await pageOf(sources, { before, filter: {}, limit: 10 }))).toEqual(["one"]);
});
