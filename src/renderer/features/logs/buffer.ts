import type { LogBatch, LogLine } from "@aeroplane/agent/contract";

/** A line of the log, or the place where lines are missing. */
export type Row = { number: number; line: LogLine } | { number: number; gap: true };

const KEEP = 100_000;

/** The lines of one stream, outside React: a long build says more than a render tree should hold. */
export function createBuffer(keep = KEEP) {
  let rows: Row[] = [];
  let number = 0;
  let version = 0;
  let ended = false;
  let scheduled = false;
  const listeners = new Set<() => void>();
  const announce = () => {
    if (scheduled) return;
    scheduled = true;
    // Once a frame at most, however fast lines come; a hidden window has no frames.
    const tell = () => {
      scheduled = false;
      version += 1;
      for (const listener of listeners) listener();
    };
    if (typeof document !== "undefined" && document.visibilityState === "visible") requestAnimationFrame(tell);
    else setTimeout(tell, 50);
  };
  return {
    rows: () => rows,
    ended: () => ended,
    version: () => version,
    subscribe: (listener: () => void) => (listeners.add(listener), () => void listeners.delete(listener)),
    add(batch: Pick<LogBatch, "lines" | "ended" | "gap">) {
      if (batch.gap && rows.length > 0) rows.push({ number: number++, gap: true });
      for (const line of batch.lines) rows.push({ number: number++, line });
      if (rows.length > keep + 1000) rows = rows.slice(-keep);
      ended ||= batch.ended;
      announce();
    },
  };
}
export type Buffer = ReturnType<typeof createBuffer>;
