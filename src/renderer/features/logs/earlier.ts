import type { LogFilter, LogPage, Problem } from "@aeroplane/agent/contract";
import { problemOf } from "../../data/problem.ts";
import { isReading, type Buffer } from "./buffer.ts";
import { rowsBefore, type Row } from "./dividers.ts";
import { createRows, type Rows } from "./rows.ts";

export type AskPage = (asked: { before?: string; after?: string; filter: LogFilter; limit: number }, signal: AbortSignal) => Promise<LogPage>;

/** Lines of one page, and how many are enough before somebody wants more. */
const PAGE = 500;
const ENOUGH = 200;
/** More than so many, those that come live included, are not held: a time leads further back. */
const MOST = 200_000;

/** What stands before the lines of a stream, asked of the agent: page by page for who reads on, and through all that is kept for who searches. */
export function createEarlier(buffer: Buffer, ask: AskPage) {
  let filter: LogFilter = {};
  let key = "{}";
  let hits = createRows<Row>();
  /** Where what was found goes on; undefined: from before the buffer's first line. */
  let next: string | null | undefined;
  let anchor = 0;
  let number = 0;
  /** Of lists before this one: a list never says that it has got back what it has lost. */
  let lost = 0;
  let asking: AbortController | null = null;
  let problem: Problem | null = null;

  const isWhole = () => key === "{}";
  const cursor = () => (isWhole() || next === undefined ? buffer.front() : next);
  function clear(): void {
    asking?.abort();
    asking = null;
    problem = null;
    lost += hits.view().length;
    lost += hits.view().dropped;
    hits = createRows();
    next = undefined;
    anchor = buffer.first();
    number = anchor;
  }
  /** The buffer has lost lines at its beginning: what was found before them does not adjoin any more. */
  function adjoin(): void {
    if (!isWhole() && buffer.first() !== anchor) clear();
  }

  async function load(signal: AbortSignal): Promise<void> {
    let gained = 0;
    for (let before = cursor(); before !== null && before !== undefined && gained < ENOUGH; before = cursor()) {
      const page = await ask({ before, filter, limit: PAGE }, signal);
      signal.throwIfAborted();
      gained += page.lines.length;
      if (isWhole()) {
        // Lines rushed by meanwhile, and what was asked for adjoins nothing any more.
        if (buffer.front() !== before) return;
        buffer.prepend(page);
        continue;
      }
      adjoin();
      signal.throwIfAborted();
      const reads = isReading(filter);
      const first = hits.view().at(0) ?? buffer.find(filter).found.at(0);
      const bodies = reads
        ? rowsBefore(page.lines, { isFirst: page.before === null, next: first !== undefined && "line" in first ? first.line.from : undefined })
        : page.lines.map((line) => ({ line }));
      number -= bodies.length;
      hits.prepend(bodies.map((body, index) => ({ number: number + index, ...body })));
      next = page.before;
      buffer.touch();
    }
  }

  return {
    /** What is wanted from now on. */
    set(wanted: LogFilter): void {
      const name = JSON.stringify(wanted);
      if (name === key) return;
      filter = wanted;
      key = name;
      clear();
    },
    /** Asks for what stands before, until there is some to see. */
    more(): void {
      adjoin();
      const before = cursor();
      if (asking !== null || before === null || before === undefined || this.isFull()) return;
      const mine = new AbortController();
      asking = mine;
      problem = null;
      buffer.touch();
      void load(mine.signal)
        .catch((error: unknown) => {
          if (!mine.signal.aborted) problem = problemOf(error);
        })
        .finally(() => {
          if (asking === mine) asking = null;
          buffer.touch();
        });
    },
    isFull: () => buffer.rows().length + hits.size() > MOST,
    isAsking: () => asking !== null,
    /** Whether there may be more before what is shown. */
    hasMore: () => cursor() !== null && cursor() !== undefined,
    problem: () => problem,
    /** What is shown: what was found before, and then what of the buffer is wanted. */
    view(): { rows: Rows<Row>; done: boolean } {
      const { found, done } = buffer.find(filter);
      if (isWhole()) return { rows: found, done };
      adjoin();
      const before = hits.view();
      const rows = {
        length: before.length + found.length,
        at: (index: number) => (index < before.length ? before.at(index) : found.at(index - before.length)),
        dropped: lost + before.dropped + found.dropped,
      };
      return { rows, done };
    },
    close: () => asking?.abort(),
  };
}
export type Earlier = ReturnType<typeof createEarlier>;
