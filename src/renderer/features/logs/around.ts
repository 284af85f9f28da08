import type { LogPage, Problem } from "@aeroplane/agent/contract";
import { problemOf } from "../../data/problem.ts";
import { withDividers, type Row } from "./dividers.ts";
import type { AskPage } from "./earlier.ts";
import type { Rows } from "./rows.ts";

const PAGE = 300;
/** Pages that are held; those furthest from where somebody reads go. */
const MOST = 20;

type Page = { rows: Row[]; before: string | null; after: string | null };

/** The lines around a place, that grow on both sides as somebody reads on. */
export function createAround(place: string, ask: AskPage) {
  const left = new AbortController();
  let pages: Page[] = [];
  let rows: Row[] = [];
  let dropped = 0;
  let version = 0;
  let asking = false;
  let problem: Problem | null = null;
  let tried: "begin" | "older" | "newer" = "begin";
  const listeners = new Set<() => void>();

  function tell(): void {
    version += 1;
    for (const listener of listeners) listener();
  }
  function show(next: Page[]): void {
    pages = next;
    rows = next.flatMap((page) => page.rows);
    dropped = rows[0]?.number ?? 0;
    tell();
  }
  /** Numbers end at `to`, or begin at `from`. */
  function pageOf({ lines, before, after }: LogPage, place: { to: number } | { from: number }): Page {
    const bodies = withDividers(lines, { highest: "", begins: false }).rows;
    const first = "from" in place ? place.from : place.to - bodies.length;
    return { rows: bodies.map((body, index) => ({ number: first + index, ...body })), before, after };
  }
  async function work(what: typeof tried): Promise<void> {
    if (asking) return;
    asking = true;
    problem = null;
    tried = what;
    tell();
    const options = { filter: {}, limit: PAGE };
    try {
      if (what === "begin") {
        const [older, newer] = await Promise.all([ask({ before: place, ...options }, left.signal), ask({ after: place, ...options }, left.signal)]);
        show([pageOf(older, { to: 0 }), pageOf(newer, { from: 0 })]);
      } else if (what === "older") {
        const older = pageOf(await ask({ before: pages[0]!.before!, ...options }, left.signal), { to: rows[0]?.number ?? 0 });
        show([older, ...pages].slice(0, MOST));
      } else {
        const newer = pageOf(await ask({ after: pages.at(-1)!.after!, ...options }, left.signal), { from: (rows.at(-1)?.number ?? -1) + 1 });
        show([...pages, newer].slice(-MOST));
      }
    } catch (error) {
      if (!left.signal.aborted) problem = problemOf(error);
    } finally {
      asking = false;
      tell();
    }
  }


  return {
    begin: () => void (pages.length === 0 && work("begin")),
    subscribe: (listener: () => void) => (listeners.add(listener), () => void listeners.delete(listener)),
    version: () => version,
    rows: (): Rows<Row> => ({ length: rows.length, at: (index) => rows[index], dropped }),
    older: () => void (pages[0]?.before != null && work("older")),
    newer: () => void (pages.at(-1)?.after != null && work("newer")),
    again: () => void work(tried),
    isAsking: () => asking,
    problem: () => problem,
    close: () => left.abort(),
  };
}
export type Around = ReturnType<typeof createAround>;
