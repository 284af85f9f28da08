import type { LogBatch, LogLine, Problem } from "@aeroplane/agent/contract";
import { plain } from "./plain.ts";

/** A line of the log, or the place where lines are missing. */
export type Row = { number: number; line: LogLine } | { number: number; gap: true };

const KEEP = 100_000;

/** The lines of one stream, outside React: a long build says more than a render tree should hold. */
export function createBuffer(keep = KEEP) {
  let rows: Row[] = [];
  let number = 0;
  let version = 0;
  let ended = false;
  let trouble: Problem | null = null;
  let scheduled = false;
  // What a search has found so far: new lines are looked at once, however long the log is.
  let search = { word: "", of: rows, seen: 0, found: [] as Row[] };
  const listeners = new Set<() => void>();
  const announce = () => {
    if (scheduled) return;
    scheduled = true;
    // Once a frame at most, however fast lines come; a hidden window has no frames.
    const tell = () => {
      scheduled = false;
      version += 1;
      for (const listener of listeners) listener();
    };
    if (typeof document !== "undefined" && document.visibilityState === "visible") requestAnimationFrame(tell);
    else setTimeout(tell, 50);
  };
  return {
    rows: () => rows,
    ended: () => ended,
    /** Why it could not be opened when that was tried last; null: it was, or nobody has tried. */
    trouble: () => trouble,
    fail(problem: Problem) {
      trouble = problem;
      announce();
    },
    /** The rows that contain a word, given in lower case; all of them without one. */
    find(word: string): Row[] {
      if (!word) return rows;
      if (search.word !== word || search.of !== rows) search = { word, of: rows, seen: 0, found: [] };
      for (; search.seen < rows.length; search.seen += 1) {
        const row = rows[search.seen]!;
        if ("line" in row && plain(row.line.text).toLowerCase().includes(word)) search.found.push(row);
      }
      return search.found;
    },
    version: () => version,
    subscribe: (listener: () => void) => (listeners.add(listener), () => void listeners.delete(listener)),
    add(batch: Pick<LogBatch, "lines" | "ended" | "gap">) {
      if (batch.gap && rows.length > 0) rows.push({ number: number++, gap: true });
      for (const line of batch.lines) rows.push({ number: number++, line });
      if (rows.length > keep + 1000) rows = rows.slice(-keep);
      ended ||= batch.ended;
      trouble = null;
      announce();
    },
  };
}
export type Buffer = ReturnType<typeof createBuffer>;
