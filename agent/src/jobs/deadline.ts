import { fail } from "../../contract/index.ts";
import type { Clock } from "./clock.ts";
import type { Deadline } from "./entry.ts";

/** How long an act may take to notice that it was aborted before it is left behind. */
const SETTLE_MS = 5000;

export type Limit = {
  clock: Clock;
  /** What is said to have taken too long. */
  name: string;
  deadline: Deadline;
  parent: AbortSignal | null;
  /** When it last gave a sign of life. */
  lastLife?: () => number;
};

/** Runs `act` under a deadline and a parent's signal; whichever ends it first is what is thrown. */
export async function withDeadline<T>(limit: Limit, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { clock, parent } = limit;
  parent?.throwIfAborted();
  const deadline = new AbortController();
  const disarm = arm(limit, (seconds) => deadline.abort(fail("DEADLINE_PASSED", { step: limit.name, seconds })));
  const signal = parent === null ? deadline.signal : AbortSignal.any([parent, deadline.signal]);
  const settled = new AbortController();
  try {
    return await Promise.race([act(signal), abandoned(clock, signal, settled.signal)]);
  } catch (error) {
    // An aborted act throws whatever its tool throws; the reason is the one thing worth telling.
    throw signal.aborted ? signal.reason : error;
  } finally {
    disarm();
    settled.abort();
  }
}

function arm({ clock, deadline, lastLife }: Limit, pass: (seconds: number) => void): () => void {
  const seconds = typeof deadline === "number" ? deadline : deadline.idle;
  const from = typeof deadline === "number" ? () => begun : () => Math.max(begun, lastLife?.() ?? begun);
  const begun = clock.now();
  let disarm: () => void;
  const wait = () => {
    const left = from() + seconds * 1000 - clock.now();
    disarm = left <= 0 ? (pass(seconds), () => {}) : clock.after(left, wait);
  };
  disarm = clock.after(seconds * 1000, wait);
  return () => disarm();
}

function abandoned(clock: Clock, signal: AbortSignal, settled: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const wait = () => {
      const take = clock.after(SETTLE_MS, () => reject(signal.reason as Error));
      settled.addEventListener("abort", take, { once: true });
    };
    if (signal.aborted) wait();
    else signal.addEventListener("abort", wait, { once: true, signal: settled });
  });
}
