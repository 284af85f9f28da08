import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LogBatch } from "../../contract/index.ts";
import { openLog } from "./append.ts";
import { followLog } from "./follow.ts";
import { decodeLine, encodeLine } from "./line.ts";
import { countOutputLines } from "./output.ts";
import { wholeJobLog } from "./whole.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aeroplane-log-"));
  path = join(folder, "job.log");
});
afterEach(() => rmSync(folder, { recursive: true }));

const line = (text: string, from = "build") => ({ at: 1, stream: "out" as const, from, text });
async function collect(stream: AsyncIterable<LogBatch>): Promise<LogBatch[]> {
  const batches: LogBatch[] = [];
  for await (const batch of stream) batches.push(batch);
  return batches;
}

test("a line keeps its tabs, and stays one line", () => {
  const kept = decodeLine(encodeLine(line("a\tb\nc"), true).trimEnd());
  expect(kept).toEqual({ at: 1, stream: "out", from: "build", text: "a\tb⏎c", fromOutput: true });
});

test("lines of a child are counted, whole ones only, so that a second reading goes on after them", () => {
  const log = openLog(path);
  log.write(line("said by the agent"));
  for (const text of ["one", "two"]) log.writeOutput(line(text));
  log.writeOutput(line("other", "source"));
  log.close();
  appendFileSync(path, "1\tO\tbuild\tcut sho");
  expect(countOutputLines(path, "build")).toBe(2);
});

test("a line that a crash cut short is ended before the next one begins", () => {
  appendFileSync(path, "1\tO\tbuild\tcut sho");
  const log = openLog(path);
  log.write(line("after"));
  log.close();
  expect(readFileSync(path, "utf8")).toBe("1\tO\tbuild\tcut sho\n1\to\tbuild\tafter\n");
});

test("a reader that was there before the file gets every line, then the end", async () => {
  let over = false;
  const reading = collect(followLog({ path, fileId: "f", after: undefined, signal: new AbortController().signal, ended: () => over }));
  const log = openLog(path);
  log.write(line("one"));
  log.writeOutput(line("two"));
  log.close();
  over = true;
  const batches = await reading;
  expect([batches.flatMap(({ lines }) => lines.map(({ text }) => text)), batches.at(-1)?.ended]).toEqual([["one", "two"], true]);
});

test("the longest line and foreign cursors do not stop a reader", async () => {
  const log = openLog(path);
  log.write(line("ü".repeat(100_000)));
  log.write(line("after"));
  log.close();
  const read = (after: string) => collect(followLog({ path, fileId: "f", after, signal: new AbortController().signal, ended: () => true }));
  const texts = (await read("other:7")).flatMap(({ lines }) => lines.map(({ text }) => text.slice(0, 5)));
  expect([texts, (await read("f:999999999")).at(-1)?.ended]).toEqual([["üüüüü", "after"], true]);
});

test("a hole that a cut of power left is told, and what stands behind it", async () => {
  appendFileSync(path, Buffer.concat([Buffer.from(encodeLine(line("before"))), Buffer.alloc(100_000), Buffer.from(`\n${encodeLine(line("after"))}`)]));
  const batches = await collect(followLog({ path, fileId: "f", after: undefined, signal: new AbortController().signal, ended: () => true }));
  expect([batches.flatMap(({ lines }) => lines.map(({ text }) => text)), batches.some(({ gap }) => gap)]).toEqual([["before", "after"], true]);
});

test("only a line feed ends a line of a log that is saved", async () => {
  const log = openLog(path);
  log.write(line("10%\r50%\u2028\u0085rest"));
  log.close();
  const whole: string[] = [];
  for await (const text of wholeJobLog(path)) whole.push(text);
  expect(whole).toEqual(["1970-01-01T00:00:00.001Z [build] 10%\r50%\u2028\u0085rest"]);
});

test("a log that is no longer kept says so", async () => {
  const batches = await collect(followLog({ path, fileId: "f", after: undefined, signal: new AbortController().signal, ended: () => true }));
  expect(batches).toEqual([{ cursor: "f:0", lines: [], ended: true, gap: true }]);
});
