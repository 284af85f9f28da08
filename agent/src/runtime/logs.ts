import { setTimeout as sleep } from "node:timers/promises";
import type { LogBatch, LogLine } from "../../contract/index.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import type { OutputLine } from "../docker/output.ts";
import { createChannel } from "./channel.ts";
import { listOutputs, tailOf, type Output } from "./outputs.ts";
import { encodeBoundary, type Reached } from "./history/place.ts";
import { behindAll, decodeCursor, encodeCursor, stampOf, type Position } from "./position.ts";
import { pump } from "./pump.ts";

/** Lines that may wait for a slow reader; a longer one counts as several. */
const WAITING = 2000;
const LINE_CHARS = 512;
const GATHER_MS = 25;
/** How long an event of a new container may go unheard. */
const IS_NEW_MS = 30_000;

export type LogsDeps = DeployDeps & {
  /** Resolves at the next event of one of the service's containers, or after so long. */
  nextEvent: (serviceId: string, withinMs: number, signal: AbortSignal) => Promise<void>;
};

type Told = { output: Output; line: OutputLine };
/** Null: lines of this output before the next one are no longer kept. */
type Heard = { output: Output; lines: readonly OutputLine[] | null };

/** Output of all containers of a service that is still kept, then what they say until the signal fires. */
export async function* followLogs(
  deps: LogsDeps,
  serviceId: string,
  from: { after?: string; tail: number },
  outer: AbortSignal | undefined,
): AsyncGenerator<LogBatch> {
  const ended = new AbortController();
  const signal = outer === undefined ? ended.signal : AbortSignal.any([outer, ended.signal]);
  const resumed = from.after === undefined ? null : decodeCursor(from.after);
  const positions = new Map<string, Position>(resumed?.positions);
  let newest = resumed?.newest ?? 0;
  const batch = (told: Told[], gap: boolean): LogBatch => ({
    cursor: encodeCursor({ newest, positions }),
    lines: told.map(present),
    ended: false,
    gap,
  });
  // Docker tells whole seconds: one made in the second of the newest is new unless it has a position.
  const isUnread = ({ container, createdAt }: Output) => positions.has(container) || createdAt >= newest;

  try {
    const outputs = await listOutputs(deps, serviceId);
    if (resumed === null) {
      const told = await lastOf(deps, outputs, from.tail, positions);
      newest = outputs.at(-1)?.createdAt ?? 0;
      yield { ...batch(told, false), before: encodeBoundary({ reach: { newest, of: reachedBefore(told, positions) } }) };
    } else {
      const lost = [...positions.keys()].some((container) => !outputs.some((output) => output.container === container));
      yield batch([], lost);
    }
    const channel = createChannel<Heard>(WAITING, signal, weightOf);
    const followed = new Set<string>();
    const begin = (output: Output) => {
      if (followed.has(output.container)) return;
      followed.add(output.container);
      newest = Math.max(newest, output.createdAt);
      void pump(deps, serviceId, output, positions.get(output.container), (lines) => channel.push({ output, lines }), signal);
    };
    for (const output of outputs.filter(isUnread)) begin(output);
    void discover(deps, serviceId, isUnread, begin, signal);

    while (!signal.aborted) {
      const heard = await channel.take();
      if (signal.aborted) return;
      for (const { gap, heard: told } of atGaps(heard)) {
        for (const { output, lines } of told) {
          // The newest speaker last: a cursor drops the ones that have been silent for longest.
          const position = behindAll(positions.get(output.container), lines);
          positions.delete(output.container);
          positions.set(output.container, position);
        }
        yield batch(told.flatMap(({ output, lines }) => lines.map((line) => ({ output, line }))), gap);
      }
      // A few become one batch; many are one already.
      if (heard.reduce((sum, { lines }) => sum + (lines?.length ?? 0), 0) < WAITING / 4) await sleep(GATHER_MS, undefined, { signal }).catch(() => {});
    }
  } finally {
    ended.abort();
  }
}

/** A batch says of what stands before it that it is no longer kept. */
function atGaps(all: Heard[]): { gap: boolean; heard: { output: Output; lines: readonly OutputLine[] }[] }[] {
  const parts: ReturnType<typeof atGaps> = [{ gap: false, heard: [] }];
  for (const { output, lines } of all) {
    if (lines === null) parts.push({ gap: true, heard: [] });
    else parts.at(-1)!.heard.push({ output, lines });
  }
  return parts.filter(({ gap, heard }) => gap || heard.length > 0);
}

const weightOf = ({ lines }: Heard): number => (lines ?? []).reduce((sum, { text }) => sum + 1 + Math.floor(text.length / LINE_CHARS), 0);

function present({ output, line }: Told): LogLine {
  const { release, ordinal } = output;
  return { at: Date.parse(line.stamp), stream: line.stream, from: release, ...(ordinal === null ? {} : { instance: ordinal }), text: line.text };
}

/** The last lines over all outputs, in the order of their stamps; every output that may still speak gets its position. */
async function lastOf(deps: DeployDeps, outputs: Output[], count: number, positions: Map<string, Position>): Promise<Told[]> {
  const found: Told[][] = [];
  const newest = outputs.at(-1)?.createdAt;
  let total = 0;
  for (const output of outputs.toReversed()) {
    const needsPosition = output.archive === null || output.createdAt === newest;
    if (!needsPosition && total >= count) continue;
    const { lines, position } = await tailOf(deps, output, count);
    if (needsPosition) positions.set(output.container, position);
    total += lines.length;
    found.push(lines.map((line) => ({ output, line })));
  }
  return count === 0 ? [] : merged(found).slice(-count);
}

/** Where the first lines told stand in each output, as a reader of what is kept finds it. */
function reachedBefore(told: Told[], positions: ReadonlyMap<string, Position>): Map<string, Reached> {
  const of = new Map<string, Reached>([...positions].map(([container, { nanos, seen }]) => [container, { stamp: nanos === 0n ? "" : stampOf(nanos), seen, back: 0 }]));
  for (const { output } of told) {
    const known = of.get(output.container) ?? { back: 0 };
    of.set(output.container, { ...known, back: known.back + 1 });
  }
  return of;
}

/** By their stamps, but those of one output as it said them. */
function merged(lists: Told[][]): Told[] {
  const heads = lists.filter((list) => list.length > 0).map((list) => ({ list, next: 0 }));
  const all: Told[] = [];
  while (heads.length > 0) {
    const first = heads.reduce((least, head) => (stampAt(head) < stampAt(least) ? head : least));
    all.push(first.list[first.next]!);
    first.next += 1;
    if (first.next === first.list.length) heads.splice(heads.indexOf(first), 1);
  }
  return all;
}
const stampAt = ({ list, next }: { list: Told[]; next: number }): string => list[next]!.line.stamp;

/** Containers that appear later. */
async function discover(
  deps: LogsDeps,
  serviceId: string,
  isUnread: (output: Output) => boolean,
  begin: (output: Output) => void,
  signal: AbortSignal,
): Promise<void> {
  let next = deps.nextEvent(serviceId, IS_NEW_MS, signal);
  while (!signal.aborted) {
    await next;
    // Heard while we look, too.
    next = deps.nextEvent(serviceId, IS_NEW_MS, signal);
    for (const output of await listOutputs(deps, serviceId).catch(() => [])) if (isUnread(output)) begin(output);
  }
}
