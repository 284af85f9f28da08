import { ofReleases, matcherOf, type LogBatch, type LogFilter, type LogLine, type LogPage, type Problem } from "@aeroplane/agent/contract";
import { rowsBefore, withDividers, type Row, type RowBody } from "./dividers.ts";
import { createRows, type Rows } from "./rows.ts";
import { createSearch } from "./search.ts";

export type { Row } from "./dividers.ts";

/** Why a stream could not be opened when that was tried last. */
export type Trouble = {
  problem: Problem;
  /** It is not tried again by itself: this does. Null: it is. */
  again: (() => void) | null;
  /** It may be over in a moment: lines that are there are not spoken over. */
  isShort: boolean;
};

const KEEP = 100_000;
/** Of so many lines one knows where those before it are to be had. */
const MARK_EVERY = 200;
/** Milliseconds between two drawings while lines come faster than anybody reads, and how many at once that is. */
const FLOOD = { every: 100, lines: 50 };

/** Where the agent has what stands before a row: null, nothing does; undefined, nobody knows. */
type Mark = { number: number; before: string | null | undefined };
type Batch = Pick<LogBatch, "lines" | "ended" | "gap"> & Partial<Pick<LogBatch, "cursor" | "before">>;

/** The lines of one stream, outside React: a long build says more than a render tree should hold. `divides`: it says where a release begins. */
export function createBuffer(keep = KEEP, { divides = false } = {}) {
  const rows = createRows<Row>();
  const marks = createRows<Mark>();
  const markEvery = Math.min(MARK_EVERY, Math.ceil(keep / 500));
  const search = createSearch();
  /** Of the next row at either end. */
  let number = 0;
  let first = 0;
  let cursor: string | undefined;
  let begun = false;
  let highest = "";
  let version = 0;
  let ended = false;
  let trouble: Trouble | null = null;
  let scheduled = false;
  let arrived = 0;
  const listeners = new Set<() => void>();

  function tell(): void {
    scheduled = false;
    arrived = 0;
    version += 1;
    for (const listener of listeners) listener();
  }
  /** With the next frame; a hidden window has none. */
  const inAFrame = () => (typeof document !== "undefined" && document.visibilityState === "visible" ? requestAnimationFrame(tell) : setTimeout(tell, 50));
  function announce(): void {
    if (scheduled) return;
    scheduled = true;
    if (arrived > FLOOD.lines) setTimeout(inAFrame, FLOOD.every);
    else inAFrame();
  }
  function push(body: RowBody): void {
    rows.push({ number, ...body });
    number += 1;
  }
  /** Whole stretches of lines go: of the first one that stays it is known what stood before it. */
  function drop(): void {
    for (let next = marks.view().at(1); next !== undefined && number - next.number >= keep; next = marks.view().at(1)) {
      rows.drop(next.number - first);
      first = next.number;
      marks.drop(1);
    }
  }
  function firstLine(): LogLine | undefined {
    const view = rows.view();
    for (let index = 0; index < view.length; index += 1) {
      const row = view.at(index)!;
      if ("line" in row) return row.line;
    }
    return undefined;
  }

  return {
    rows: rows.view,
    ended: () => ended,
    /** Null: it was opened, or nobody has tried. */
    trouble: () => trouble,
    fail(met: Trouble) {
      trouble = met;
      announce();
    },
    /** The rows that are wanted, as far as they were looked through; all of them where all are. */
    find(filter: LogFilter): { found: Rows<Row>; done: boolean } {
      if (Object.keys(filter).length === 0) return { found: rows.view(), done: true };
      const result = search.find(JSON.stringify(filter), rows.view(), () => wantsOf(filter));
      if (!result.done) announce();
      return result;
    },
    version: () => version,
    /** Something else that is shown with it has changed. */
    touch: announce,
    subscribe: (listener: () => void) => (listeners.add(listener), () => void listeners.delete(listener)),
    add(batch: Batch) {
      if (batch.gap && rows.size() > 0) push({ gap: true });
      const before = begun ? cursor : batch.before;
      if (!begun || number - marks.view().at(marks.size() - 1)!.number >= markEvery) marks.push({ number, before });
      begun = true;
      cursor = batch.cursor;
      const divided = divides ? withDividers(batch.lines, { highest, begins: false }) : { rows: batch.lines.map((line) => ({ line })), highest };
      highest = divided.highest;
      for (const body of divided.rows) push(body);
      drop();
      arrived += batch.lines.length;
      ended ||= batch.ended;
      trouble = null;
      announce();
    },
    /** Where the agent has what stands before the first row: null, nothing does; undefined, it cannot be asked. */
    front: () => marks.view().at(0)?.before,
    /** The number of the first row. */
    first: () => first,
    firstLine,
    prepend({ lines, before }: Pick<LogPage, "lines" | "before">) {
      const added = rowsBefore(lines, { isFirst: before === null, next: firstLine()?.from });
      first -= added.length;
      rows.prepend(added.map((body, index) => ({ number: first + index, ...body })));
      marks.prepend([{ number: first, before }]);
      announce();
    },
  };
}
export type Buffer = ReturnType<typeof createBuffer>;

/** Rows that are no lines are for who reads on, not for who searches. */
function wantsOf(filter: LogFilter): (row: Row) => boolean {
  const matches = matcherOf(filter);
  const reads = isReading(filter);
  return (row) => ("line" in row ? matches(row.line) : reads && (!("begins" in row) || ofReleases(filter, row.begins)));
}

/** Nothing is looked for in it: it is read as it stands, but for some releases. */
export const isReading = ({ text, level, from, until }: LogFilter): boolean => text === undefined && level === undefined && from === undefined && until === undefined;
