import { matcherOf, ofReleases, plainText, type LogFilter, type LogLine } from "../../../contract/index.ts";
import { stampOf } from "../position.ts";
import { endOf, lastKeyOf } from "./blocks.ts";
import type { KeptLine, Key } from "./kept-line.ts";
import type { Place } from "./place.ts";
import { blockOf, textOf, within, type Source } from "./source.ts";

export type Direction = "older" | "newer";
export type Found = { source: Source; line: KeptLine };
type Walked = {
  /** In the direction of the walk. */
  found: Found[];
  /** Where it stopped before the end: everything up to there was looked at. */
  stopped: Place | null;
};

/** One of the sources on its way: the lines of its block that are wanted, then where its next one begins at the earliest. */
type Walker = { rank: number; source: Source; next: number; lines: KeptLine[]; at: number; begun: boolean };

/**
 * Lines of several sources in one order, from where each stands (`starts`: how many of its lines are before that), as
 * many as `limit`, reading no more than about `bytes`. A block in which nothing can match is not taken apart.
 */
export async function walk(
  sources: readonly Source[],
  starts: readonly number[],
  direction: Direction,
  { filter, limit, bytes, signal }: { filter: LogFilter; limit: number; bytes: number; signal?: AbortSignal | undefined },
): Promise<Walked> {
  const sift = siftOf(filter);
  const sign = direction === "older" ? -1 : 1;
  const found: Found[] = [];
  let read = 0;
  const walkers = sources.flatMap((source, rank): Walker[] => {
    const next = direction === "older" ? blockOf(source, starts[rank]! - 1) : blockOf(source, starts[rank]!);
    const over = source.blocks.lines === 0 || (direction === "older" ? starts[rank]! === 0 : starts[rank]! >= source.blocks.lines);
    return over || !ofReleases(filter, source.release) ? [] : [{ rank, source, next: Math.max(0, next), lines: [], at: 0, begun: false }];
  });
  const isOver = ({ source, next, lines, at }: Walker) => at >= lines.length && (next < 0 || next >= source.blocks.blocks.length);
  /** Its next line, or what none of those that come goes beyond. */
  function boundOf({ source, next, lines, at }: Walker): Key {
    const line = lines[at];
    if (line !== undefined) return line.key;
    return direction === "older" ? lastKeyOf(source.blocks, next) : source.blocks.blocks[next]!.before;
  }
  const order = (a: Walker, b: Walker) => sign * (compareStamps(boundOf(a).stamp, boundOf(b).stamp) || a.rank - b.rank);
  async function load(walker: Walker) {
    const isFirst = !walker.begun;
    walker.begun = true;
    const { source, rank, next } = walker;
    const block = source.blocks.blocks[next]!;
    walker.next += sign;
    walker.at = 0;
    walker.lines = [];
    if (!sift.mayHold(block)) return;
    if (!isFirst) read += endOf(source.blocks, next) - block.offset;
    const text = await textOf(source, next);
    if (!sift.isIn(text)) return;
    const [from, to] = direction === "older" ? [0, starts[rank]!] : [starts[rank]!, source.blocks.lines];
    const lines = within(source, next, text, from, to);
    if (!isFirst) read += lines.length * OF_A_LINE;
    const wanted = lines.filter((line) => sift.matches(source, line));
    walker.lines = direction === "older" ? wanted.reverse() : wanted;
  }

  for (;;) {
    signal?.throwIfAborted();
    const open = walkers.filter((walker) => !isOver(walker));
    if (open.length === 0) return { found, stopped: null };
    const first = open.reduce((least, walker) => (order(walker, least) < 0 ? walker : least));
    // All others lie further still beyond the time that is asked for.
    if (sift.isBeyond(boundOf(first), direction)) return { found, stopped: null };
    const line = first.lines[first.at];
    const enough = found.length >= limit || (line === undefined && read >= bytes);
    // Of each the first block is read in any case: what bounds it may lie before the beginning, and the next call has to come further.
    if (enough && first.begun) return { found, stopped: stopAt(first, boundOf(first), direction, line === undefined) };
    if (line === undefined) await load(first);
    else {
      found.push({ source: first.source, line });
      first.at += 1;
    }
  }
}

/** To take a line apart costs as much as to look for a word in so many bytes: where most lines have to be, short ones would hold up an answer. */
const OF_A_LINE = 128;

const compareStamps = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Older: behind the line that comes next; newer: in front of it. */
function stopAt({ source }: Walker, bound: Key, direction: Direction, unread: boolean): Place {
  // Before a block stands the key of the line before it: the next one is behind that.
  const nth = direction === "older" || unread ? bound.nth + 1 : bound.nth;
  return { container: source.container, key: { stamp: bound.stamp, nth } };
}

/** A filter as it is asked of blocks, of their text and of single lines. */
function siftOf(filter: LogFilter) {
  const matches = matcherOf(filter);
  const word = (filter.text ?? "").toLowerCase();
  const isIn = (text: string) => word === "" || plainText(text).toLowerCase().includes(word);
  const from = filter.from === undefined ? "" : momentStamp(filter.from);
  const until = filter.until === undefined ? "~" : momentStamp(filter.until);
  return {
    mayHold: ({ low, high }: { low: string; high: string }) => high >= from && low < until,
    isIn,
    // The word first: most lines do not have it, and all else of a line costs more.
    matches: (source: Source, line: KeptLine) => isIn(line.text) && matches(present(source, line)),
    // No line before has a greater stamp than the greatest one up to there. Behind it any may be smaller.
    isBeyond: (bound: Key, direction: Direction) => direction === "older" && bound.stamp < from,
  };
}
const momentStamp = (at: number) => stampOf(BigInt(at) * 1_000_000n);

export function present({ release, ordinal }: Source, { stamp, stream, text }: KeptLine): LogLine {
  return { at: Date.parse(stamp), stream, from: release, ...(ordinal === null ? {} : { instance: ordinal }), text };
}
