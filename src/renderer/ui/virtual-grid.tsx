import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { useOverscan } from "./overscan.ts";

type Focusable = { tabIndex: number; "data-index": number };
type Props<T> = {
  label: string;
  items: T[];
  keyOf: (item: T) => string;
  rowHeight: number;
  minWidth: number;
  onOpen: (item: T) => void;
  /** Kept in sight when it changes. */
  selected?: string | null;
  render: (item: T, focusable: Focusable) => ReactNode;
  /** Room left free on the right, where something covers the grid. */
  covered?: number;
  /** Room above the first row. */
  top?: number;
  /** Room below the last row for what floats there. */
  foot?: number;
};

const GAP = 12;
const PADDING = 20;

/** Cards of one size; only the rows in sight are drawn. Arrows and J, K move, Enter opens. */
export function VirtualGrid<T>(props: Props<T>) {
  const { items, rowHeight, minWidth, covered = 0, foot = 0, top = 4 } = props;
  const scroll = useRef<HTMLDivElement>(null);
  const overscan = useOverscan(4);
  const [width, setWidth] = useState(0);
  const [active, setActive] = useState(0);
  useLayoutEffect(() => {
    const element = scroll.current!;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, []);
  const free = Math.max(minWidth, width - 2 * PADDING - covered);
  const columns = Math.max(1, Math.floor((free + GAP) / (minWidth + GAP)));
  const rows = Math.ceil(items.length / columns);
  // oxlint-disable-next-line react/incompatible-library -- nothing of it is memoized here
  const virtual = useVirtualizer({
    count: rows,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight + GAP,
    paddingStart: top,
    paddingEnd: PADDING - GAP + foot,
    scrollPaddingEnd: foot,
    scrollPaddingStart: top,
    overscan,
  });
  const selectedIndex = props.selected ? items.findIndex((item) => props.keyOf(item) === props.selected) : -1;
  useEffect(() => {
    if (selectedIndex < 0 || width === 0) return;
    setActive(selectedIndex);
    virtual.scrollToIndex(Math.floor(selectedIndex / columns), { align: "auto" });
    // Columns change when a drawer opens: the chosen card must stay in sight then too.
  }, [selectedIndex, columns, width, virtual]);
  const current = Math.min(active, items.length - 1);

  const focus = (index: number) => {
    const next = Math.max(0, Math.min(items.length - 1, index));
    setActive(next);
    virtual.scrollToIndex(Math.floor(next / columns), { align: "auto" });
    requestAnimationFrame(() =>
      requestAnimationFrame(() => scroll.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus()),
    );
  };
  const keys: Record<string, number> = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: columns,
    ArrowUp: -columns,
    j: 1,
    k: -1,
    Home: -items.length,
    End: items.length,
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = keys[event.key];
    if (step === undefined || !(event.target as HTMLElement).dataset["index"]) return;
    event.preventDefault();
    focus(current + step);
  };

  return (
    <div ref={scroll} className="min-h-0 flex-1 overflow-x-hidden overflow-y-auto" style={{ paddingInline: PADDING }} onKeyDown={onKeyDown}>
      <ul aria-label={props.label} className="relative" style={{ height: virtual.getTotalSize(), width: free }}>
        {width > 0 &&
          virtual.getVirtualItems().flatMap((row) =>
            items.slice(row.index * columns, (row.index + 1) * columns).map((item, column) => {
              const index = row.index * columns + column;
              const cell = (free - GAP * (columns - 1)) / columns;
              return (
                <li
                  key={props.keyOf(item)}
                  className="absolute top-0 left-0"
                  style={{ width: cell, height: rowHeight, transform: `translate(${column * (cell + GAP)}px, ${row.start}px)` }}
                  onFocus={() => setActive(index)}
                >
                  {props.render(item, { tabIndex: index === current ? 0 : -1, "data-index": index })}
                </li>
              );
            }),
          )}
      </ul>
    </div>
  );
}
