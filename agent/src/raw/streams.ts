import { fail } from "../../contract/index.ts";

/** At a time, of everybody: each holds a chunk or two. */
const MOST = 16;

type Running = { end(why: Error): void; ended: Promise<void> };

/** One connection for each ticket: the newest wins. */
export function createStreams() {
  const running = new Map<string, Running>();

  /** Ends whatever carried that ticket before, then acts; the signal fires when a newer one comes, or when `gone` does. */
  async function alone(id: string, gone: AbortSignal, act: (signal: AbortSignal) => Promise<void>): Promise<void> {
    for (let before = running.get(id); before; before = running.get(id)) {
      before.end(new Error("A newer connection carries this transfer"));
      await before.ended;
    }
    gone.throwIfAborted();
    if (running.size >= MOST) throw fail("RAW_BUSY", { count: MOST });
    const newer = new AbortController();
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    running.set(id, { end: (why) => newer.abort(why), ended });
    try {
      await act(AbortSignal.any([gone, newer.signal]));
    } finally {
      running.delete(id);
      resolve();
    }
  }

  return {
    alone,
    /** Resolves when nothing carries it any more. */
    async end(id: string): Promise<void> {
      const now = running.get(id);
      now?.end(new Error("The transfer was given up"));
      await now?.ended;
    },
    busy: (id: string) => running.has(id),
  };
}
export type Streams = ReturnType<typeof createStreams>;
