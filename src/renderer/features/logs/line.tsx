import { memo } from "react";
import { entryOf } from "@aeroplane/agent/contract";
import { clock, exact } from "../../data/time.ts";
import { classes } from "../../ui/classes.ts";
import { Ansi } from "./ansi.tsx";
import type { Row } from "./buffer.ts";
import { ROW } from "./layout.ts";

const inks: Record<string, string> = { out: "text-text", err: "text-bad", system: "text-text-2" };

type Props = {
  row: Row;
  word: string;
  several: boolean;
  top: number;
  /** Wraps at so many columns, and is so high then; null: in one line. */
  wrapped: { columns: number; height: number } | null;
  /** It is the one around which the others are shown. */
  marked?: boolean;
  /** What a release is called. */
  titleOf?: ((release: string) => string) | undefined;
  /** Shows the lines around it. */
  onAround?: ((row: Row) => void) | undefined;
};

/** Rows lie one over another by transform; each keeps its own width, so that a long line widens the scroll. */
export const LogRow = memo(function LogRow({ row, word, several, top, wrapped, marked = false, titleOf, onAround }: Props) {
  const place = { transform: `translateY(${top}px)`, height: wrapped?.height ?? ROW, lineHeight: `${ROW}px` };
  if (!("line" in row)) {
    return (
      <div style={place} className={classes("absolute top-0 left-0 flex items-center gap-3 px-3.5 font-mono text-xs whitespace-pre", "gap" in row ? "text-warn" : "text-text-2")}>
        {"begins" in row && <span className="h-px w-14 shrink-0 bg-line-2" />}
        <span>{wordsOf(row, titleOf)}</span>
        {"begins" in row && <span className="h-px w-14 shrink-0 bg-line-2" />}
      </div>
    );
  }
  const { line } = row;
  const time = <time title={exact(line.at)}>{clock(line.at)}</time>;
  return (
    <div
      style={place}
      aria-current={marked || undefined}
      className={classes("absolute top-0 left-0 flex gap-3 px-3.5 font-mono text-xs whitespace-pre", marked && "bg-accent-tint", entryOf(inks, line.stream) ?? "text-text")}
    >
      <span className="tabular shrink-0 text-text-3 select-none">
        {onAround ? (
          <button type="button" aria-label={`${clock(line.at)}: show the lines around it`} onClick={() => onAround(row)} className="rounded-sm hover:text-accent hover:underline">
            {time}
          </button>
        ) : (
          time
        )}
      </span>
      {several && (
        <span title={line.instance === undefined ? undefined : `Instance ${line.instance}`} className="tabular w-5 shrink-0 text-text-3 select-none">
          {line.instance === undefined ? "" : `#${line.instance}`}
        </span>
      )}
      {/* Breaks where the layout has counted that it does. */}
      <span style={wrapped ? { width: `${wrapped.columns}ch`, lineBreak: "anywhere", tabSize: 8 } : undefined} className={classes(wrapped && "overflow-hidden break-all whitespace-break-spaces")}>
        <Ansi text={line.text} word={word} />
      </span>
    </div>
  );
});

function wordsOf(row: Row, titleOf: Props["titleOf"]): string {
  if ("begins" in row) return titleOf?.(row.begins) ?? "Another release";
  return "edge" in row ? "Nothing earlier is kept." : "Lines before this one are no longer kept.";
}
