import { useState, useSyncExternalStore, type ReactNode } from "react";
import { CopyButton } from "../../ui/note.tsx";
import type { Buffer } from "./buffer.ts";
import { textOf } from "./copy.ts";
import { useFollowing } from "./following.ts";
import { LogBar, LogFrame, NewLines, TroubleBar } from "./frame.tsx";
import { LogList } from "./list.tsx";
import { SearchField } from "./search-field.tsx";

type Props = {
  buffer: Buffer;
  label: string;
  empty: ReactNode;
  /** More that can be done with it. */
  acts?: ReactNode;
  className?: string;
};

/** A log that is whole, as it comes: follows the end until scrolled up, searches, copies. */
export function LogViewer({ buffer, label, empty, acts, className }: Props) {
  useSyncExternalStore(buffer.subscribe, buffer.version);
  const [search, setSearch] = useState("");
  const { follows, newLines, follow, onScrolled } = useFollowing(buffer);
  const word = search.trim().toLowerCase();
  const { found: rows, done } = buffer.find(word ? { text: word } : {});
  const all = buffer.rows();
  const trouble = buffer.trouble();
  return (
    <LogFrame label={label} className={className}>
      <LogBar>
        <SearchField label={`Search in ${label.toLowerCase()}`} value={search} onChange={setSearch} />
        {word && (
          <span role="status" className="tabular shrink-0 text-xs">
            {`${rows.length === 1 ? "1 line" : `${rows.length} lines`}${done ? "" : "…"}`}
          </span>
        )}
        {acts}
        <CopyButton text={() => textOf(rows, false)} label={word ? "Copy the lines found" : "Copy the log"} />
      </LogBar>
      {trouble && (all.length === 0 || !trouble.isShort) && <TroubleBar trouble={trouble} />}
      <LogList
        rows={rows}
        list={word}
        label={label}
        word={word}
        several={false}
        wraps={false}
        follows={follows}
        onScrolled={onScrolled}
        empty={word ? (done ? `No line contains “${search.trim()}”.` : "Looking…") : trouble ? "" : empty}
      />
      <NewLines count={newLines} onClick={follow} />
    </LogFrame>
  );
}
