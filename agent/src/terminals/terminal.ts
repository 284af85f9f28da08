import { setTimeout as sleep } from "node:timers/promises";
import { fail, TERMINAL_WINDOW, type Terminal, type TerminalBatch, type TerminalTarget } from "../../contract/index.ts";
import { createInput } from "./input.ts";
import { createRing } from "./ring.ts";
import type { Shell } from "./shell.ts";

/** Output that is kept for a reader who comes later. */
export const KEPT_BYTES = 1024 * 1024;
const BATCH_BYTES = 32 * 1024;
/** A terminal hands over 4 KiB at a time: a burst is gathered, an echo after a silence goes at once. */
const GATHER_MS = 6;
/** So long after its reader left, a program waits rather than that output nobody has seen is forgotten. */
const HOLD_MS = 60_000;
/** Then it goes on, and a flood of output is slowed to about 1 MB/s: it is only overwritten. */
const UNREAD_CHUNK_MS = 60;
/** The largest piece that a shell hands over at once. */
const CHUNK_BYTES = 64 * 1024;

type Reader = { sent: number; taken: number; left: boolean; replaced: boolean };

/** One shell with its output: at most one reader, who is never overrun; long without one, the oldest output is forgotten. */
export function createTerminal(about: { id: string; target: TerminalTarget; openedAt: number }, shell: Shell, { holdMs = HOLD_MS } = {}) {
  const ring = createRing(KEPT_BYTES);
  const input = createInput(shell.write);
  let reader: Reader | null = null;
  let wake = () => {};
  let end: { exitCode: number | null } | null = null;
  let unreadSince = Date.now();
  let slowed: NodeJS.Timeout | null = null;
  /** What the last reader has surely seen. */
  let seen = 0;

  /** Goes on reading the shell, unless its reader is a whole window behind. */
  function flow(): void {
    if (reader === null) return;
    if (slowed) clearTimeout(slowed);
    slowed = null;
    if (ring.end() - reader.taken < TERMINAL_WINDOW) shell.resume();
    else shell.pause();
  }
  shell.onData((data) => {
    ring.push(data);
    if (reader) {
      flow();
      return wake();
    }
    if (slowed || ring.end() - seen < KEPT_BYTES - CHUNK_BYTES) return;
    shell.pause();
    const held = unreadSince + holdMs - Date.now();
    slowed = setTimeout(goOn, Math.max(UNREAD_CHUNK_MS, held)).unref();
  });
  function goOn(): void {
    slowed = null;
    shell.resume();
  }
  const ended = shell.ended.then((exitCode) => {
    end = { exitCode };
    wake();
  });

  /** From `after` on, which may be a position of this terminal only; without it, all that is kept. */
  async function* output(after: string | undefined, signal: AbortSignal): AsyncGenerator<TerminalBatch> {
    const from = after === undefined ? ring.start() : position(after);
    const begin = Math.min(Math.max(from, ring.start()), ring.end());
    const mine: Reader = { sent: begin, taken: begin, left: false, replaced: false };
    if (reader) reader.replaced = true;
    reader = mine;
    wake();
    const poke = () => wake();
    signal.addEventListener("abort", poke);
    flow();
    let lastAt = 0;
    try {
      // The first batch comes at once: it tells the reader that the terminal is there.
      yield batch(mine, from);
      while (!signal.aborted) {
        if (mine.replaced) throw fail("TERMINAL_ELSEWHERE", {});
        const open = mine.sent - mine.taken < TERMINAL_WINDOW;
        if ((open && mine.sent < ring.end()) || (end && mine.sent === ring.end())) {
          const early = lastAt + GATHER_MS - Date.now();
          if (early > 0 && ring.end() - mine.sent < BATCH_BYTES && !end) {
            await sleep(early);
            continue;
          }
          const next = batch(mine);
          yield next;
          lastAt = Date.now();
          if (next.ended) return;
          continue;
        }
        await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      signal.removeEventListener("abort", poke);
      if (reader === mine) leave(mine);
    }
  }
  function batch(mine: Reader, wanted = mine.sent): TerminalBatch {
    const gap = wanted < ring.start();
    mine.sent = Math.max(mine.sent, ring.start());
    const data = ring.read(mine.sent, BATCH_BYTES);
    mine.sent += data.length;
    const last = end !== null && mine.sent === ring.end();
    return { cursor: String(mine.sent), data: data.toString("base64"), ended: last, exitCode: last ? end!.exitCode : null, gap };
  }
  function leave(mine: Reader): void {
    reader = null;
    seen = mine.taken;
    unreadSince = Date.now();
    shell.resume();
  }

  return {
    ...about,
    output,
    taken(cursor: string): void {
      if (!reader) return;
      reader.taken = Math.min(reader.sent, Math.max(reader.taken, position(cursor)));
      flow();
      wake();
    },
    write: (writer: string, sequence: number, data: Buffer) => (end ? undefined : input.accept(writer, sequence, data)),
    resize: (rows: number, columns: number) => (end ? undefined : shell.resize(rows, columns)),
    close: () => shell.end(),
    ended,
    /** Since when nobody reads; null while somebody does. */
    unreadSince: () => (reader ? null : unreadSince),
    describe: (): Terminal => ({ ...about, watched: reader !== null, ended: end !== null, exitCode: end?.exitCode ?? null }),
  };
}
export type OpenTerminal = ReturnType<typeof createTerminal>;

function position(cursor: string): number {
  const offset = Number(cursor);
  if (!Number.isSafeInteger(offset) || offset < 0) throw fail("INVALID_INPUT", { field: "after", why: "It is no position of this terminal" });
  return offset;
}
