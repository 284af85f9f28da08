import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import type { AuditRow } from "@aeroplane/agent/contract";
import { ActivityRow, ROW } from "./row.tsx";

/** Asked for before the end is in sight. */
const AHEAD = 25;

type Props = { rows: AuditRow[]; more: (() => void) | null; end: string };

/** Newest first; only the rows in sight are drawn. Arrows and J, K move, Enter opens a line. */
export function ActivityList({ rows, more, end }: Props) {
  const scroll = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  // oxlint-disable-next-line react/incompatible-library -- nothing of it is memoized here
  const virtual = useVirtualizer({
    count: rows.length + 1,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    getItemKey: (index) => rows[index]?.id ?? "end",
    overscan: 10,
    paddingEnd: 12,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= rows.length - AHEAD) more();
  }, [last, rows.length, more]);
  const current = Math.min(active, rows.length - 1);

  const focus = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setActive(next);
    virtual.scrollToIndex(next, { align: "auto" });
    requestAnimationFrame(() => requestAnimationFrame(() => scroll.current?.querySelector<HTMLElement>(`button[data-index="${next}"]`)?.focus()));
  };
  const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1, PageDown: 10, PageUp: -10, Home: -rows.length, End: rows.length };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = steps[event.key];
    if (step === undefined || (event.target as HTMLElement).dataset["index"] === undefined) return;
    event.preventDefault();
    focus(current + step);
  };

  return (
    <div ref={scroll} onKeyDown={onKeyDown} className="min-h-0 flex-1 overflow-x-hidden overflow-y-auto">
      <ul aria-label="Activity" className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          return (
            <li key={item.key} data-index={item.index} ref={virtual.measureElement} className="absolute inset-x-0 top-0" style={{ transform: `translateY(${item.start}px)` }}>
              {row ? (
                <ActivityRow
                  row={row}
                  open={open === row.id}
                  onToggle={() => setOpen(open === row.id ? null : row.id)}
                  tabIndex={item.index === current ? 0 : -1}
                  index={item.index}
                  onFocus={() => setActive(item.index)}
                />
              ) : (
                <p className="px-5 py-3 text-xs text-text-2">{end}</p>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
