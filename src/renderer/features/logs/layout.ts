import type { Row } from "./dividers.ts";
import { plain } from "./plain.ts";
import type { Rows } from "./rows.ts";

/** Pixels of one line on the screen. */
export const ROW = 19;
const TAB = 8;
/** Rows that went are forgotten when so many have gathered. */
const LOOSE = 20_000;

/** Where each row of a list stands, in pixels from the first one. */
export type Layout = {
  whole: number;
  /** Where the first one stands in the history of the list: moves on by what the list loses, and back by what it is given. */
  origin: number;
  topOf(index: number): number;
  heightOf(index: number): number;
  /** The row at so many pixels. */
  indexAt(top: number): number;
};

/** Every row is one line: where each stands is a product. */
export function evenLayout({ length, dropped }: Pick<Rows<Row>, "length" | "dropped">): Layout {
  return { whole: length * ROW, origin: dropped * ROW, topOf: (index) => index * ROW, heightOf: () => ROW, indexAt: (top) => Math.floor(top / ROW) };
}

/** Rows of so many lines as their text needs in so many columns; each is measured once. */
export function createWrapping() {
  let key = "";
  /** Where each row ends, in lines; those that are still known from before the first one, and that one's place among them. */
  let ends: number[] = [];
  let zero = 0;
  let base = 0;
  /** How many the list had lost when it was laid out last. */
  let lost = 0;

  function forget(before: number): void {
    if (before > base) zero = ends[before - base - 1]!;
    ends = ends.slice(before - base);
    base = before;
  }

  return function layoutOf(list: string, rows: Rows<Row>, columns: number): Layout {
    const name = `${columns} ${list}`;
    if (name !== key || rows.dropped > base + ends.length) {
      key = name;
      ends = [];
      zero = 0;
      base = rows.dropped;
      lost = base;
    }
    if (rows.dropped < lost) {
      forget(lost);
      const gained = Array.from({ length: Math.min(base - rows.dropped, rows.length) }, (_, index) => linesOf(rows.at(index)!, columns));
      zero -= gained.reduce((sum, lines) => sum + lines, 0);
      let at = zero;
      ends = [...gained.map((lines) => (at += lines)), ...ends];
      base = rows.dropped;
    }
    for (let index = base + ends.length - rows.dropped; index < rows.length; index += 1) ends.push((ends.at(-1) ?? zero) + linesOf(rows.at(index)!, columns));
    if (rows.dropped - base >= LOOSE) forget(rows.dropped);
    lost = rows.dropped;
    const head = rows.dropped - base;
    const start = (index: number) => (head + index === 0 ? zero : ends[head + index - 1]!);
    const origin = start(0);
    return {
      whole: rows.length === 0 ? 0 : (start(rows.length) - origin) * ROW,
      origin: origin * ROW,
      topOf: (index) => (start(index) - origin) * ROW,
      heightOf: (index) => (start(index + 1) - start(index)) * ROW,
      indexAt(top) {
        const wanted = origin + Math.floor(top / ROW);
        let [low, high] = [0, rows.length];
        while (low < high) {
          const middle = (low + high) >> 1;
          if (start(middle + 1) <= wanted) low = middle + 1;
          else high = middle;
        }
        return low;
      },
    };
  };
}

const NARROW = /^[\u0020-\u007e]*$/;

/** As a browser breaks it that may break anywhere: `break-spaces` and `break-all`. */
export function linesOf(row: Row, columns: number): number {
  if (!("line" in row)) return 1;
  const text = plain(row.line.text);
  if (NARROW.test(text)) return Math.max(1, Math.ceil(text.length / columns));
  let [lines, column] = [1, 0];
  for (const letter of text) {
    const width = letter === "\t" ? TAB - (column % TAB) : letter.codePointAt(0)! >= 0x1100 ? 2 : 1;
    if (column + width > columns && column > 0) {
      lines += 1;
      column = 0;
    }
    column += width;
  }
  return lines;
}
