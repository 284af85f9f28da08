import type { Row } from "./buffer.ts";
import { createRows, type Rows } from "./rows.ts";

/** Milliseconds at a time: a long log is looked through in slices, between which the window draws. */
const SLICE = 6;
/** Lines between two looks at the clock. */
const STRIDE = 128;

/** The rows that are wanted, so far; each is looked at once, however long the log is. */
export function createSearch({ now = () => performance.now() } = {}) {
  let key = "";
  let wants: (row: Row) => boolean = () => true;
  let found = createRows<Row>();
  /** The number of the next row to look at. */
  let next = 0;
  let lowest = 0;

  return {
    /** Goes on for a slice with what is wanted, which `wanted` names: another name begins anew. `done`: everything was looked at. */
    find(wanted: string, rows: Rows<Row>, wantsOf: () => (row: Row) => boolean): { found: Rows<Row>; done: boolean } {
      // Numbers go up by one: the first row's is where the kept ones begin.
      const first = rows.at(0)?.number ?? lowest;
      if (wanted !== key || first < lowest) {
        key = wanted;
        wants = wantsOf();
        found = createRows();
        next = first;
      }
      lowest = first;
      let lost = 0;
      const old = found.view();
      while (lost < old.length && old.at(lost)!.number < first) lost += 1;
      found.drop(lost);
      next = Math.max(next, first);
      const until = now() + SLICE;
      for (let index = next - first; index < rows.length; index += 1, next += 1) {
        if (index % STRIDE === 0 && now() > until) return { found: found.view(), done: false };
        const row = rows.at(index)!;
        if (wants(row)) found.push(row);
      }
      return { found: found.view(), done: true };
    },
  };
}
