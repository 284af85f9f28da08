import { useLayoutEffect, useRef, useState } from "react";
import type { Layout } from "./layout.ts";

/** Above the first and below the last. */
export const PADDING = 10;
/** Rows beyond the edges, drawn before they are seen. */
const OVERSCAN = 20;

type Options = { /** Which list it is, and how it is laid out: another one begins its own count. */ list: string; length: number; layout: Layout; follows: boolean; /** The row that is brought to the middle when the list is a new one. */ shown: number | null };

/** Which rows of a list are to be drawn in a box that scrolls, and how to keep it where it is while the list moves. */
export function useInSight({ list, length, layout, follows, shown }: Options) {
  const box = useRef<HTMLDivElement>(null);
  const [{ top, height, width }, setPlace] = useState({ top: 0, height: 800, width: 800 });
  const lost = useRef({ list, origin: layout.origin });
  const look = () => {
    const { scrollTop, clientHeight } = box.current!;
    setPlace((before) => (before.top === scrollTop && before.height === clientHeight ? before : { ...before, top: scrollTop, height: clientHeight }));
  };

  useLayoutEffect(() => {
    const seen = box.current!;
    const sizes = new ResizeObserver(() => setPlace(({ top: before }) => ({ top: before, height: seen.clientHeight, width: seen.clientWidth })));
    sizes.observe(seen);
    return () => sizes.disconnect();
  }, []);
  const { origin, whole: pixels } = layout;
  useLayoutEffect(() => {
    const before = lost.current;
    lost.current = { list, origin };
    const moved = before.list === list ? origin - before.origin : 0;
    const { current } = box;
    if (follows) current!.scrollTop = current!.scrollHeight;
    // Who reads further up goes on reading the same line, and sees it with this drawing already.
    else if (moved !== 0) {
      current!.scrollTop -= moved;
      const { scrollTop, clientHeight } = current!;
      setPlace((seen) => ({ ...seen, top: scrollTop, height: clientHeight }));
    }
  }, [list, origin, pixels, follows, height]);

  const brought = useRef<string | null>(null);
  useLayoutEffect(() => {
    const name = shown === null ? null : list;
    if (brought.current === name || length === 0) return;
    brought.current = name;
    if (shown === null) return;
    const { current } = box;
    current!.scrollTop = PADDING + layout.topOf(shown) - current!.clientHeight / 2;
    const { scrollTop, clientHeight } = current!;
    setPlace((seen) => ({ ...seen, top: scrollTop, height: clientHeight }));
  }, [list, shown, length, layout]);

  return { box, width, height, ...rowsAt({ top, height, length, layout, follows }), look };
}

/** Where the row of that number stands, or would: numbers grow from row to row. */
export function indexOf(rows: { length: number; at(index: number): { number: number } | undefined }, number: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows.at(middle)!.number < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Of a list of so many rows in a box of that height: those to draw, and how high all of them are. */
export function rowsAt({ top, height, length, layout, follows }: { top: number; height: number; length: number; layout: Layout; follows: boolean }): { from: number; to: number; whole: number } {
  const whole = layout.whole + 2 * PADDING;
  // The end is drawn with the lines that make it, not a frame later.
  const at = follows ? Math.max(0, whole - height) : top;
  const from = Math.max(0, Math.min(length, layout.indexAt(Math.max(0, at - PADDING)) - OVERSCAN));
  const to = Math.min(length, layout.indexAt(Math.max(0, at - PADDING + height)) + 1 + OVERSCAN);
  return { from, to: Math.max(from, to), whole };
}
