import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { Kbd } from "../../ui/kbd.tsx";
import type { Entry } from "./entries.ts";

const ROW = 36;
const HEAD = 28;
const PADDING = 8;

type Row = { head: string } | { entry: Entry; index: number };

/** What was found, in groups; only the rows in sight are drawn. */
export function EntryList({ entries, current, onPoint, onRun }: { entries: Entry[]; current: number; onPoint: (index: number) => void; onRun: (index: number) => void }) {
  const scroll = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => rowsOf(entries), [entries]);
  // oxlint-disable-next-line react/incompatible-library -- nothing of it is memoized here
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: (index) => ("head" in rows[index]! ? HEAD : ROW),
    getItemKey: (index) => keyOf(rows[index]!, index),
    paddingStart: PADDING,
    paddingEnd: PADDING,
    scrollPaddingStart: HEAD + PADDING,
    scrollPaddingEnd: PADDING,
    overscan: 6,
  });
  useEffect(() => virtual.measure(), [rows, virtual]);
  useEffect(() => {
    const at = rows.findIndex((row) => "entry" in row && row.index === current);
    if (at >= 0) virtual.scrollToIndex(at, { align: "auto" });
  }, [current, rows, virtual]);
  return (
    <div ref={scroll} id="entries" role="listbox" aria-label="Found" className="min-h-0 overflow-y-auto px-2">
      <div role="presentation" className="relative" style={{ height: entries.length ? virtual.getTotalSize() : 0 }}>
        {virtual.getVirtualItems().map(({ index: at, key, start }) => {
          const row = rows[at]!;
          return (
            <div key={key} role="presentation" className="absolute inset-x-0 top-0" style={{ transform: `translateY(${start}px)` }}>
              {"head" in row ? (
                <p aria-hidden className="truncate px-2 pt-2 pb-1 text-xs font-medium text-text-3">
                  {row.head}
                </p>
              ) : (
                <EntryRow entry={row.entry} index={row.index} count={entries.length} current={row.index === current} onPoint={onPoint} onRun={onRun} />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

type RowProps = { entry: Entry; index: number; count: number; current: boolean; onPoint: (index: number) => void; onRun: (index: number) => void };

function EntryRow({ entry, index, count, current, onPoint, onRun }: RowProps) {
  return (
    <div
      id={`entry-${index}`}
      role="option"
      aria-selected={current}
      aria-posinset={index + 1}
      aria-setsize={count}
      onMouseMove={() => onPoint(index)}
      onClick={() => onRun(index)}
      className={classes("flex h-9 items-center gap-3 rounded-md px-2", current && "bg-sunken")}
    >
      <Icon of={entry.icon} className="shrink-0 text-text-2" />
      <span title={entry.name} className={classes("min-w-0 flex-1 truncate", entry.danger && "text-bad")}>
        {entry.name}
      </span>
      {entry.about && (
        <span title={entry.about} className="max-w-[55%] min-w-0 truncate text-xs text-text-2">
          {entry.about}
        </span>
      )}
      {entry.shortcut && <Kbd>{entry.shortcut}</Kbd>}
    </div>
  );
}

function rowsOf(entries: Entry[]): Row[] {
  return entries.flatMap((entry, index): Row[] => (entry.group === entries[index - 1]?.group ? [{ entry, index }] : [{ head: entry.group }, { entry, index }]));
}

const keyOf = (row: Row, at: number) => ("head" in row ? `head ${at} ${row.head}` : row.entry.id);
