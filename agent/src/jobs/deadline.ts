import { setTimeout as sleep } from "node:timers/promises";
import { fail } from "../../contract/index.ts";

/** How long an act may take to notice that it was aborted before it is left behind. */
const SETTLE_MS = 5000;

/** Runs `act` under a deadline and a parent's signal; whichever ends it first is what is thrown. */
export async function withDeadline<T>(
  name: string,
  seconds: number,
  parent: AbortSignal,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  parent.throwIfAborted();
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(fail("DEADLINE_PASSED", { step: name, seconds })), seconds * 1000);
  const signal = AbortSignal.any([parent, deadline.signal]);
  const settled = new AbortController();
  try {
    return await Promise.race([act(signal), abandoned(signal, settled.signal)]);
  } catch (error) {
    // An aborted act throws whatever its tool throws; the reason is the one thing worth telling.
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearTimeout(timer);
    settled.abort();
  }
}

function abandoned(signal: AbortSignal, settled: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const wait = () =>
      sleep(SETTLE_MS, undefined, { signal: settled }).then(
        () => reject(signal.reason),
        () => undefined,
      );
    if (signal.aborted) void wait();
    else {
      signal.addEventListener("abort", wait, { once: true, signal: settled });
    }
  });
}
