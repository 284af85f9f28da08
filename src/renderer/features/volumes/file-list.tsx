import { useVirtualizer } from "@tanstack/react-virtual";
import { DownloadIcon, FileIcon, FileSymlinkIcon, FolderIcon, HelpCircleIcon, type LucideIcon } from "lucide-react";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { entryOf, type FileEntry } from "@aeroplane/agent/contract";
import { bytes } from "../../data/time.ts";
import { IconButton } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/icon.tsx";
import { Age, Line } from "../../ui/text.tsx";

const ROW = 36;
/** So many rows before the end the next ones are asked for. */
const AHEAD = 20;

const kinds: Record<string, { icon: LucideIcon; word: string; taken: boolean }> = {
  folder: { icon: FolderIcon, word: "Folder", taken: true },
  file: { icon: FileIcon, word: "File", taken: true },
  link: { icon: FileSymlinkIcon, word: "Link", taken: false },
  other: { icon: HelpCircleIcon, word: "Neither a file nor a folder", taken: false },
};
/** What a newer agent calls something is its word. */
const kindOf = ({ kind }: FileEntry) => entryOf(kinds, kind) ?? { icon: HelpCircleIcon, word: kind, taken: false };

/** A row is drawn a moment after it has come into sight. */
const focusRow = (list: HTMLElement | null, index: number): void =>
  void requestAnimationFrame(() => requestAnimationFrame(() => list?.querySelector<HTMLElement>(`[data-file="${index}"]`)?.focus({ preventScroll: true })));

type Props = { entries: FileEntry[]; /** Where the keyboard begins; null: at the first one. */ first: string | null; loading: boolean; refused: string | null; onEnd: () => void; onOpen: (entry: FileEntry) => void; onDownload: (entry: FileEntry) => void };

/** Only the rows in sight are drawn. Arrows and J, K move, Enter opens a folder or downloads a file. */
export function FileList({ entries, first, loading, refused, onEnd, onOpen, onDownload }: Props) {
  const scroll = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(() => Math.max(0, entries.findIndex(({ name }) => name === first)));
  const begin = useRef(active);
  const current = Math.min(active, entries.length - 1);
  // oxlint-disable-next-line react/incompatible-library -- nothing of it is memoized here
  const virtual = useVirtualizer({ count: entries.length, getScrollElement: () => scroll.current, estimateSize: () => ROW, paddingStart: 4, paddingEnd: 8, overscan: 8 });
  const rows = virtual.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;
  const ending = last >= entries.length - AHEAD;
  useEffect(() => {
    if (ending) onEnd();
    // Also when some more have come, and are seen to their end as well.
  }, [ending, entries.length, onEnd]);
  const focus = (index: number) => {
    const next = Math.max(0, Math.min(entries.length - 1, index));
    setActive(next);
    virtual.scrollToIndex(next, { align: "auto" });
    focusRow(scroll.current, next);
  };
  useEffect(() => {
    // The keyboard goes on in the folder that was opened, once for each.
    const { current: at } = begin;
    virtual.scrollToIndex(at, { align: "auto" });
    focusRow(scroll.current, at);
  }, [virtual]);
  const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1, PageDown: 10, PageUp: -10, Home: -entries.length, End: entries.length };
  const key = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    focus(current + step);
  };
  return (
    <>
      <div aria-hidden className="flex h-8 shrink-0 items-end gap-2.5 pr-14 pl-5 text-xs text-text-3">
        <span className="flex-1">Name</span>
        <span className="w-20 text-right">Size</span>
        <span className="w-24 text-right">Changed</span>
      </div>
      <div ref={scroll} onKeyDown={key} className="min-h-0 flex-1 overflow-y-auto px-3">
        <ul aria-label="Files" className="relative" style={{ height: virtual.getTotalSize() }}>
          {rows.map(({ index, start }) => (
            <li key={entries[index]!.name} className="absolute inset-x-0 top-0" style={{ height: ROW, transform: `translateY(${start}px)` }} onFocus={() => setActive(index)}>
              <Row entry={entries[index]!} index={index} tabIndex={index === current ? 0 : -1} refused={refused} onOpen={onOpen} onDownload={onDownload} />
            </li>
          ))}
        </ul>
        {loading && <p className="px-2 pb-2 text-xs text-text-2">More is on its way</p>}
      </div>
    </>
  );
}

type RowProps = Pick<Props, "refused" | "onOpen" | "onDownload"> & { entry: FileEntry; index: number; tabIndex: number };

function Row({ entry, index, tabIndex, refused, onOpen, onDownload }: RowProps) {
  const { icon, word, taken } = kindOf(entry);
  const { name, kind, changedAt } = entry;
  return (
    <div className="flex h-full items-center rounded-md pr-1 hover:bg-hover has-[[data-file]:focus-visible]:bg-hover">
      <button
        type="button"
        data-file={index}
        tabIndex={tabIndex}
        aria-disabled={taken ? undefined : true}
        onClick={() => taken && onOpen(entry)}
        className={classes("flex h-full min-w-0 flex-1 items-center gap-2.5 rounded-md px-2 text-left", !taken && "cursor-default text-text-2")}
      >
        <span title={word} className="flex shrink-0">
          <Icon of={icon} className={kind === "folder" ? "text-accent" : "text-text-2"} />
          <span className="sr-only">{word}</span>
        </span>
        <Line className="flex-1">{name}</Line>
        <span className="tabular w-20 shrink-0 text-right text-xs whitespace-nowrap text-text-2">{entry.bytes === null ? "" : bytes(entry.bytes)}</span>
        <Age at={changedAt} className="w-24 text-right text-xs text-text-2" />
      </button>
      <span className="flex w-8 shrink-0 justify-end">
        {taken && (
          <IconButton label={`Download ${name}`} className="!size-7" tabIndex={tabIndex} refused={refused} onClick={() => onDownload(entry)}>
            <Icon of={DownloadIcon} size={14} />
          </IconButton>
        )}
      </span>
    </div>
  );
}
