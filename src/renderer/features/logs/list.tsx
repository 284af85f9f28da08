import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import type { Row } from "./buffer.ts";
import { indexOf, PADDING, useInSight } from "./in-sight.ts";
import { createWrapping, evenLayout, ROW } from "./layout.ts";
import { LogRow } from "./line.tsx";
import type { Rows } from "./rows.ts";

/** Asked for more before its edge is in sight. */
const AHEAD = 40 * ROW;
/** Left of a line's text, and beside it, in pixels; its time in columns. */
const AROUND = { side: 28, gap: 12, instance: 32, time: 8 };
const FEWEST = 20;

type Props = {
  rows: Rows<Row>;
  /** Which list it is: another one begins at its end again. */
  list: string;
  label: string;
  word: string;
  several: boolean;
  wraps: boolean;
  follows: boolean;
  /** It was scrolled: whether it stands at its end now. */
  onScrolled?: (atEnd: boolean) => void;
  /** Its beginning, or its end, comes near. */
  onTop?: (() => void) | undefined;
  onEnd?: (() => void) | undefined;
  titleOf?: ((release: string) => string) | undefined;
  onAround?: ((row: Row) => void) | undefined;
  /** The number of the row that is marked, and shown first. */
  target?: number | undefined;
  /** Instead of no rows. */
  empty: ReactNode;
};

/** Lines in a box that scrolls. Only the rows in sight are drawn. */
export function LogList({ rows, list, label, word, several, wraps, follows, onScrolled, onTop, onEnd, titleOf, onAround, target, empty }: Props) {
  const [wrapping] = useState(createWrapping);
  const [columns, setColumns] = useState(100);
  const layout = wraps ? wrapping(list, rows, columns) : evenLayout(rows);
  const { box, from, to, whole, width, height, look } = useInSight({ list: wraps ? `${columns} ${list}` : list, length: rows.length, layout, follows, shown: target === undefined ? null : indexOf(rows, target) });
  const letter = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const pixels = width - AROUND.side - AROUND.gap - (several ? AROUND.instance : 0);
    setColumns(Math.max(FEWEST, Math.floor(pixels / (letter.current!.getBoundingClientRect().width / 100)) - AROUND.time));
  }, [width, several]);

  const nearEdge = () => {
    const { scrollTop, scrollHeight, clientHeight } = box.current!;
    if (scrollTop < AHEAD) onTop?.();
    if (scrollHeight - scrollTop - clientHeight < AHEAD) onEnd?.();
  };
  const onScroll = () => {
    const { scrollHeight, scrollTop, clientHeight } = box.current!;
    onScrolled?.(scrollHeight - scrollTop - clientHeight < ROW * 1.5);
    look();
    nearEdge();
  };
  // One that does not fill its box cannot be scrolled to its edge.
  const fits = whole <= height;
  useEffect(() => {
    if (fits) nearEdge();
  });

  const inSight = Array.from({ length: to - from }, (_, at) => from + at);
  return (
    <div ref={box} onScroll={onScroll} tabIndex={0} role="log" aria-live="off" aria-label={label} data-scrolls className="relative min-h-0 flex-1 overflow-auto">
      <span ref={letter} aria-hidden className="invisible fixed top-0 h-0 overflow-hidden font-mono text-xs whitespace-pre">
        {"0".repeat(100)}
      </span>
      {rows.length === 0 ? (
        <p className="p-3 text-xs text-text-2">{empty}</p>
      ) : (
        <div className="relative" style={{ height: whole, minWidth: "100%", width: wraps ? "100%" : "max-content" }}>
          {inSight.map((index) => {
            const row = rows.at(index)!;
            // At the end lines rush by: what draws them is used again. Where somebody reads and marks, each line keeps its own.
            return (
              <LogRow
                key={follows ? index - from : row.number}
                row={row}
                word={word}
                several={several}
                top={PADDING + layout.topOf(index)}
                wrapped={wraps ? { columns, height: layout.heightOf(index) } : null}
                marked={row.number === target}
                titleOf={titleOf}
                onAround={onAround}
              />
            );
          })}
        </div>
      )}
    </div>
  );
}
