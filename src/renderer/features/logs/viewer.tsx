import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDownIcon, SearchIcon } from "lucide-react";
import { useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from "react";
import { clock, exact } from "../../data/time.ts";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { CopyButton } from "../../ui/note.tsx";
import { Ansi } from "./ansi.tsx";
import type { Buffer, Row } from "./buffer.ts";
import { plain } from "./plain.ts";

const ROW = 19;

type Props = {
  buffer: Buffer;
  label: string;
  empty: ReactNode;
  /** Each line says which instance it is from. */
  several?: boolean;
  /** More that can be done with it. */
  acts?: ReactNode;
  className?: string;
};

/** Lines as they come: follows the end until scrolled up, searches, copies. Only the rows in sight are drawn. */
export function LogViewer({ buffer, label, empty, several = false, acts, className }: Props) {
  const version = useSyncExternalStore(buffer.subscribe, buffer.version);
  const scroll = useRef<HTMLDivElement>(null);
  const [search, setSearch] = useState("");
  const [follows, setFollows] = useState(true);
  const [seen, setSeen] = useState(0);
  const word = search.trim().toLowerCase();
  const all = buffer.rows();
  const rows = buffer.find(word);
  const trouble = buffer.trouble();
  // oxlint-disable-next-line react/incompatible-library -- nothing of it is memoized here
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    getItemKey: (index) => rows[index]!.number,
    paddingStart: 10,
    paddingEnd: 10,
    overscan: 20,
  });
  const last = all.at(-1)?.number ?? -1;
  const fresh = follows ? 0 : Math.max(0, last - seen);

  useEffect(() => {
    if (follows && scroll.current) scroll.current.scrollTop = scroll.current.scrollHeight;
  }, [follows, version, rows.length, buffer]);

  const onScroll = () => {
    const box = scroll.current!;
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < ROW * 1.5;
    if (atEnd !== follows) {
      setFollows(atEnd);
      setSeen(last);
    }
  };
  const copied = () =>
    rows.map((row) => ("line" in row ? `${new Date(row.line.at).toISOString()} ${several && row.line.instance ? `#${row.line.instance} ` : ""}${plain(row.line.text)}` : "… lines are no longer kept …")).join("\n");

  return (
    <section aria-label={label} className={classes("relative flex min-h-0 flex-col overflow-hidden rounded-lg border border-line bg-sunken", className)}>
      <div className="flex h-[34px] shrink-0 items-center gap-2 border-b border-line px-3 text-text-2">
        <Icon of={SearchIcon} size={14} className="shrink-0" />
        <input
          aria-label={`Search in ${label.toLowerCase()}`}
          placeholder="Search"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape" && search) {
              event.preventDefault();
              event.stopPropagation();
              setSearch("");
            }
          }}
          className="min-w-0 flex-1 bg-transparent text-xs text-text outline-none"
        />
        {word && <span className="tabular shrink-0 text-xs">{rows.length === 1 ? "1 line" : `${rows.length} lines`}</span>}
        {acts}
        <CopyButton text={copied} label={word ? "Copy the lines found" : "Copy the log"} />
      </div>
      <div ref={scroll} onScroll={onScroll} tabIndex={0} role="log" aria-live="off" aria-label={label} data-scrolls className="min-h-0 flex-1 overflow-auto focus-visible:-outline-offset-2">
        {rows.length === 0 ? (
          <p className="p-3 text-xs text-text-2">{word ? `No line contains “${search.trim()}”.` : trouble ? `${trouble.message} ${trouble.next}` : empty}</p>
        ) : (
          <div className="relative" style={{ height: virtual.getTotalSize(), minWidth: "100%", width: "max-content" }}>
            {virtual.getVirtualItems().map((item) => (
              <Line key={item.key} row={rows[item.index]!} word={word} several={several} top={item.start} />
            ))}
          </div>
        )}
      </div>
      {fresh > 0 && (
        <button
          type="button"
          onClick={() => setFollows(true)}
          className="tabular absolute bottom-3 left-1/2 flex h-7 -translate-x-1/2 items-center gap-1.5 rounded-full bg-raised px-3 text-xs font-medium shadow-float ring-1 ring-edge"
        >
          <Icon of={ArrowDownIcon} size={14} />
          {fresh === 1 ? "1 new line" : `${fresh} new lines`}
        </button>
      )}
    </section>
  );
}

const inks: Record<string, string> = { out: "text-text", err: "text-bad", system: "text-text-2" };

function Line({ row, word, several, top }: { row: Row; word: string; several: boolean; top: number }) {
  // Rows lie one over another by transform; each keeps its own width, so that a long line widens the scroll.
  const place = { transform: `translateY(${top}px)`, height: ROW, lineHeight: `${ROW}px` };
  if (!("line" in row)) {
    return (
      <div style={place} className="absolute top-0 left-0 px-3.5 font-mono text-xs text-warn">
        Lines before this one are no longer kept.
      </div>
    );
  }
  const { line } = row;
  return (
    <div style={place} className={classes("absolute top-0 left-0 flex gap-3 px-3.5 font-mono text-xs whitespace-pre", inks[line.stream] ?? "text-text")}>
      <time title={exact(line.at)} className="tabular shrink-0 text-text-3 select-none">
        {clock(line.at)}
      </time>
      {several && (
        <span title={line.instance === undefined ? undefined : `Instance ${line.instance}`} className="tabular w-5 shrink-0 text-text-3 select-none">
          {line.instance === undefined ? "" : `#${line.instance}`}
        </span>
      )}
      <span>
        <Ansi text={line.text} word={word} />
      </span>
    </div>
  );
}
