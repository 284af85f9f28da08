import { fail } from "../../contract/index.ts";

/** At a time, of everybody and of one holder: each has a chunk or two in memory. */
const MOST = 32;
const EACH = 8;

type Running = { holder: string; end(why: Error): void; ended: Promise<void> };

/** One connection for each ticket: the newest wins. */
export function createStreams() {
  const running = new Map<string, Running>();

  /** Ends whatever carried that ticket before, then acts; the signal fires when a newer one comes, or when `gone` does. */
  async function alone({ id, holder }: { id: string; holder: string }, gone: AbortSignal, act: (signal: AbortSignal) => Promise<void>): Promise<void> {
    for (let before = running.get(id); before; before = running.get(id)) {
      before.end(new Error("A newer connection carries this transfer"));
      await before.ended;
    }
    gone.throwIfAborted();
    const own = [...running.values()].filter((one) => one.holder === holder).length;
    if (running.size >= MOST || own >= EACH) throw fail("RAW_BUSY", { count: own >= EACH ? EACH : MOST });
    const newer = new AbortController();
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    running.set(id, { holder, end: (why) => newer.abort(why), ended });
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
