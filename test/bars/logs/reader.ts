// A process that follows a service's log by the window's own code, into the window's own store: `reader.ts SOCKET SERVICE`.
// It counts what comes, by the numbers of the lines, and says how it stands whenever it is asked.
import { readFileSync } from "node:fs";
import { createAgentClient } from "../../../src/desktop/agent/client.ts";
import { openSocket } from "../../../src/desktop/local/transport.ts";
import { follow } from "../../../src/renderer/data/follow.ts";
import { createBuffer } from "../../../src/renderer/features/logs/buffer.ts";

export type Read = {
  /** The stream has begun. */
  begun: boolean;
  /** Numbered lines that came, and the last one's number. */
  count: number;
  last: number;
  /** Numbers left out, from and to. */
  missing: [number, number][];
  /** Numbers that came again, or behind a greater one. */
  again: number[];
  gaps: number;
  resumed: number;
  /** What the store holds: rows, and whether its numbered lines are the last ones that came, without a hole but those told. */
  rows: number;
  storeIsWhole: boolean;
  /** Of its heap, when what is not held has been collected. */
  heapMb: number;
  /** Of the process. */
  peakMb: number;
};

const [socket = "", serviceId = ""] = process.argv.slice(2);
const { client } = createAgentClient(() => openSocket(socket));
const buffer = createBuffer(undefined, { divides: true });
// What a drawn list does at each look.
buffer.subscribe(() => buffer.rows());
const state = { begun: false, count: 0, last: -1, missing: [] as [number, number][], again: [] as number[], gaps: 0, resumed: 0 };
const numberOf = (text: string) => (text.startsWith("n 0") ? Number(text.slice(2, 10)) : null);

function take(text: string): void {
  const number = numberOf(text);
  if (number === null) return;
  state.count += 1;
  if (number <= state.last) return void state.again.push(number);
  if (number > state.last + 1 && state.last >= 0) state.missing.push([state.last + 1, number - 1]);
  state.last = number;
}

void follow({
  open: (after, signal) => client.services.logs({ id: serviceId, after, tail: 0 }, { signal }),
  onBatch(batch) {
    state.begun = true;
    if (batch.gap) state.gaps += 1;
    for (const { text } of batch.lines) take(text);
    buffer.add(batch);
  },
  onResumed: () => (state.resumed += 1),
  signal: new AbortController().signal,
});

function storeIsWhole(): boolean {
  const rows = buffer.rows();
  let next: number | null = null;
  for (let index = 0; index < rows.length; index++) {
    const row = rows.at(index)!;
    const number = "line" in row ? numberOf(row.line.text) : null;
    if (number === null) continue;
    if (next !== null && number !== next && !state.missing.some(([, to]) => to + 1 === number)) return false;
    next = number + 1;
  }
  return next === null || next === state.last + 1;
}

const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? 0) / 1024;
process.on("message", (what) => {
  if (what === "collected") globalThis.gc!();
  const heapMb = process.memoryUsage().heapUsed / 1024 ** 2;
  process.send!({ ...state, rows: buffer.rows().length, storeIsWhole: storeIsWhole(), heapMb, peakMb: kilobytes("VmHWM") } satisfies Read);
});
process.on("disconnect", () => process.exit());
