import { fail } from "../../contract/index.ts";
import { brokenBound, SHARES, WHO } from "../people/shares.ts";

/** Of one holder at a time, owners too: each has a chunk or two in memory. */
const EACH = SHARES.transfers.each;

/** A login, and the person behind it where the login has several. */
type Holder = { login: string | null; personId: string | null };
type Running = { holder: Holder; end(why: Error): void; ended: Promise<void> };

/** One connection for each ticket: the newest wins. */
export function createStreams() {
  const running = new Map<string, Running>();

  /** Ends whatever carried that ticket before, then acts; the signal fires when a newer one comes, or when `gone` does. */
  async function alone({ id, holder }: { id: string; holder: Holder }, gone: AbortSignal, act: (signal: AbortSignal) => Promise<void>): Promise<void> {
    for (let before = running.get(id); before; before = running.get(id)) {
      before.end(new Error("A newer connection carries this transfer"));
      await before.ended;
    }
    gone.throwIfAborted();
    const others = [...running.values()].map((one) => one.holder);
    const own = others.filter(({ login, personId }) => login === holder.login && personId === holder.personId).length;
    const broken = own >= EACH ? { bound: EACH, who: WHO.own } : brokenBound(SHARES.transfers, others.map(({ personId }) => personId), holder.personId);
    if (broken !== null) throw fail("RAW_BUSY", { who: broken.who, count: broken.bound, what: "transfers" });
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
