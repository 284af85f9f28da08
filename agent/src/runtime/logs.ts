import { setTimeout as sleep } from "node:timers/promises";
import type { LogBatch, LogLine } from "../../contract/index.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import { inspectContainer } from "../docker/container.ts";
import { readOutput, type OutputLine } from "../docker/output.ts";
import { createChannel, type Channel } from "./channel.ts";
import { readArchive } from "./archived.ts";
import { listOutputs, tailOf, type Output } from "./outputs.ts";
import { behind, createSieve, decodeCursor, encodeCursor, type Position, type Sieve } from "./position.ts";

/** Lines that may wait for a slow reader. */
const WAITING = 500;
const GATHER_MS = 25;
/** How long an event may go unheard: of a container that stands still, and of one that is new. */
const STANDS_STILL_MS = 2000;
const IS_NEW_MS = 30_000;

export type LogsDeps = DeployDeps & {
  /** Resolves at the next event of one of the service's containers, or after so long. */
  nextEvent: (serviceId: string, withinMs: number, signal: AbortSignal) => Promise<void>;
};

type Told = { output: Output; line: OutputLine };

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
      yield batch(told, false);
    } else {
      const lost = [...positions.keys()].some((container) => !outputs.some((output) => output.container === container));
      yield batch([], lost);
    }
    const channel = createChannel<Told>(WAITING, signal);
    const followed = new Set<string>();
    const begin = (output: Output) => {
      if (followed.has(output.container)) return;
      followed.add(output.container);
      newest = Math.max(newest, output.createdAt);
      void pump(deps, serviceId, output, createSieve(positions.get(output.container)), channel, signal);
    };
    for (const output of outputs.filter(isUnread)) begin(output);
    void discover(deps, serviceId, isUnread, begin, signal);

    while (!signal.aborted) {
      const told = await channel.take();
      if (signal.aborted) return;
      for (const { output, line } of told) {
        // The newest speaker last: a cursor drops the ones that have been silent for longest.
        const position = behind(positions.get(output.container), line.stamp);
        positions.delete(output.container);
        positions.set(output.container, position);
      }
      yield batch(told, false);
      // A burst becomes one batch.
      await sleep(GATHER_MS, undefined, { signal }).catch(() => {});
    }
  } finally {
    ended.abort();
  }
}

function present({ output, line }: Told): LogLine {
  const { release, ordinal } = output;
  return { at: Date.parse(line.stamp), stream: line.stream, from: release, ...(ordinal === null ? {} : { instance: ordinal }), text: line.text };
}

/** The last lines over all outputs, in the order of their stamps; every output that may still speak gets its position. */
async function lastOf(deps: DeployDeps, outputs: Output[], count: number, positions: Map<string, Position>): Promise<Told[]> {
  const found: Told[] = [];
  const newest = outputs.at(-1)?.createdAt;
  for (const output of outputs.toReversed()) {
    const needsPosition = output.archive === null || output.createdAt === newest;
    if (!needsPosition && found.length >= count) continue;
    const lines = await tailOf(deps, output, Math.max(1, count));
    if (needsPosition) {
      positions.set(output.container, lines.reduce<Position>((at, { stamp }) => behind(at, stamp), { nanos: 0n, seen: 0 }));
    }
    found.push(...lines.map((line) => ({ output, line })));
  }
  found.sort((a, b) => (a.line.stamp < b.line.stamp ? -1 : a.line.stamp > b.line.stamp ? 1 : 0));
  return count === 0 ? [] : found.slice(-count);
}

/** Reads one output to its end, over restarts of its container, and from the archive when the container is gone. */
async function pump(
  deps: LogsDeps,
  serviceId: string,
  output: Output,
  sieve: Sieve,
  channel: Channel<Told>,
  signal: AbortSignal,
): Promise<void> {
  const drainInto = async (lines: AsyncIterable<OutputLine>) => {
    for await (const line of lines) if (sieve.isNew(line.stamp)) await channel.push({ output, line });
  };
  let { archive } = output;
  while (!signal.aborted && archive === null) {
    const since = sieve.since();
    await drainInto(readOutput(deps.docker, output.container, { ...(since === undefined ? {} : { since }), follow: true, signal })).catch(
      () => {},
    );
    sieve.again();
    const facts = await inspectContainer(deps.docker, output.container).catch(() => undefined);
    if (facts === null) {
      const outputs = await listOutputs(deps, serviceId).catch(() => null);
      // Docker fell silent in between: asked again.
      if (outputs === null) continue;
      const kept = outputs.find(({ container }) => container === output.container);
      if (kept === undefined) return;
      archive = kept.archive;
    } else if (facts === undefined || !facts.running) {
      await deps.nextEvent(serviceId, STANDS_STILL_MS, signal);
    }
  }
  if (archive !== null && !signal.aborted) await drainInto(readArchive(archive)).catch(() => {});
}

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
