import { setTimeout as sleep } from "node:timers/promises";
import { v7 as uuid } from "uuid";
import { expect, test } from "vitest";
import { TERMINAL_WINDOW, type TerminalBatch } from "../../contract/index.ts";
import type { Shell } from "./shell.ts";
import { createTerminal, KEPT_BYTES } from "./terminal.ts";

/** A program that writes whenever it may; every byte says where it stands. */
function flood() {
  let listener: ((data: Buffer) => void) | null = null;
  let paused = false;
  let written = 0;
  const over = Promise.withResolvers<number | null>();
  const push = (size: number) => {
    const data = Buffer.alloc(size);
    for (let at = 0; at < size; at += 1) data[at] = (written + at) % 251;
    written += size;
    listener!(data);
  };
  const shell: Shell = {
    onData: (given) => (listener = given),
    pause: () => (paused = true),
    resume: () => (paused = false),
    write: async () => {},
    resize: () => {},
    end: () => over.resolve(null),
    ended: over.promise,
  };
  return {
    shell,
    /** Until it is told to pause, or has written so much. */
    run(most: number, chunk = 50_000) {
      const before = written;
      while (!paused && written - before < most) push(chunk);
      return written - before;
    },
    paused: () => paused,
    written: () => written,
    exit: (code: number) => over.resolve(code),
  };
}

const about = () => ({ id: uuid(), target: { type: "server" as const }, openedAt: 1 });
const bytesOf = (batch: TerminalBatch) => Buffer.from(batch.data, "base64");
const right = (bytes: Buffer, from: number) => bytes.every((byte, at) => byte === (from + at) % 251);

async function next(reader: AsyncGenerator<TerminalBatch>): Promise<TerminalBatch | "waits" | "over"> {
  const result = await Promise.race([reader.next(), sleep(30).then(() => null)]);
  return result === null ? "waits" : result.done ? "over" : result.value;
}
/** All batches that come before the reader has to wait. */
async function drain(reader: AsyncGenerator<TerminalBatch>) {
  const batches: TerminalBatch[] = [];
  for (let one = await next(reader); one !== "waits" && one !== "over"; one = await next(reader)) batches.push(one);
  return { bytes: Buffer.concat(batches.map(bytesOf)), last: batches.at(-1)! };
}

test("a reader that takes nothing stops the program at its window, and loses nothing", async () => {
  const program = flood();
  const terminal = createTerminal(about(), program.shell);
  const reader = terminal.output(undefined, new AbortController().signal);
  await reader.next();
  const wrote = program.run(10_000_000);
  expect(wrote).toBeGreaterThanOrEqual(TERMINAL_WINDOW);
  expect(wrote).toBeLessThanOrEqual(TERMINAL_WINDOW + 50_000);
  const { bytes, last } = await drain(reader);
  expect([right(bytes, 0), bytes.length <= TERMINAL_WINDOW + 32 * 1024]).toEqual([true, true]);
  terminal.taken(last.cursor);
  expect(program.paused()).toBe(false);
});

test("while its reader is away for a moment, the program waits before anything unseen is forgotten", async () => {
  const program = flood();
  const terminal = createTerminal(about(), program.shell);
  const gone = new AbortController();
  const reader = terminal.output(undefined, gone.signal);
  await reader.next();
  program.run(300_000);
  const { last, bytes } = await drain(reader);
  gone.abort();
  await sleep(5);
  program.run(10_000_000);
  await sleep(200);
  expect([program.paused(), program.written() <= KEPT_BYTES]).toEqual([true, true]);
  const again = terminal.output(last.cursor, new AbortController().signal);
  const begin = (await again.next()).value as TerminalBatch;
  expect([begin.gap, right(bytesOf(begin), bytes.length)]).toEqual([false, true]);
});

test("long without a reader the oldest output is forgotten, and a later reader is told", async () => {
  const program = flood();
  const terminal = createTerminal(about(), program.shell, { holdMs: 0 });
  const reader = terminal.output(undefined, new AbortController().signal);
  await reader.next();
  program.run(1000, 1000);
  const first = (await reader.next()).value as TerminalBatch;
  await reader.return(undefined);
  for (let bytes = 0; bytes < 3 * KEPT_BYTES; ) {
    bytes += program.run(3 * KEPT_BYTES);
    await sleep(1);
  }
  const again = terminal.output(first.cursor, new AbortController().signal);
  const begin = (await again.next()).value as TerminalBatch;
  const from = program.written() - KEPT_BYTES;
  expect({ gap: begin.gap, right: right(bytesOf(begin), from) }).toEqual({ gap: true, right: true });
});

test("a cut in the middle goes on at its cursor, byte for byte", async () => {
  const program = flood();
  const terminal = createTerminal(about(), program.shell);
  let all = Buffer.alloc(0);
  let cursor: string | undefined;
  for (let cut = 0; cut < 6; cut += 1) {
    const gone = new AbortController();
    const reader = terminal.output(cursor, gone.signal);
    const first = (await reader.next()).value as TerminalBatch;
    expect(first.gap).toBe(false);
    program.run(90_000, 30_000);
    const { bytes, last } = await drain(reader);
    all = Buffer.concat([all, bytesOf(first), bytes]);
    cursor = last.cursor;
    terminal.taken(cursor);
    gone.abort();
    program.run(20_000, 10_000);
  }
  program.exit(3);
  const { bytes, last } = await drain(terminal.output(cursor, new AbortController().signal));
  all = Buffer.concat([all, bytes]);
  expect({ length: all.length, right: right(all, 0), ended: last.ended, code: last.exitCode }).toEqual({
    length: program.written(),
    right: true,
    ended: true,
    code: 3,
  });
});

test("a newer reader takes the terminal over, and the older one is told", async () => {
  const program = flood();
  const terminal = createTerminal(about(), program.shell);
  const older = terminal.output(undefined, new AbortController().signal);
  await older.next();
  const waits = older.next().catch((error: { problem?: { code?: string } }) => error.problem?.code);
  const newer = terminal.output(undefined, new AbortController().signal);
  await newer.next();
  program.run(1000, 1000);
  expect([await waits, bytesOf((await newer.next()).value as TerminalBatch).length]).toEqual(["TERMINAL_ELSEWHERE", 1000]);
  expect(terminal.unreadSince()).toBe(null);
});
