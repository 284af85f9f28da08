import { sleepOn, type Clock } from "../jobs/index.ts";

/** Runs a pass at once, at every call of `wake`, and after so many milliseconds without one. A call during a pass leads to another. */
export function createLoop(given: { clock: Clock; everyMs: number; signal: AbortSignal; pass: () => Promise<void> }) {
  const { clock, everyMs, signal, pass } = given;
  let woken = false;
  let tell: (() => void) | null = null;

  return {
    wake() {
      woken = true;
      tell?.();
    },
    async run(): Promise<void> {
      while (!signal.aborted) {
        // Before the pass: what is told from here on may come too late for it.
        woken = false;
        await pass();
        if (woken || signal.aborted) continue;
        const called = Promise.withResolvers<void>();
        tell = called.resolve;
        const over = new AbortController();
        const rest = sleepOn(clock, everyMs, AbortSignal.any([signal, over.signal])).catch(() => {});
        await Promise.race([called.promise, rest]);
        over.abort();
        tell = null;
      }
    },
  };
}
