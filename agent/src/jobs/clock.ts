/** The one time that jobs are told: tests set it forward, and schedules need no waiting. */
export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after so many milliseconds; what it answers takes that back. */
  after(ms: number, act: () => void): () => void;
};

/** Timers hold 31 bits; a longer wait is taken in parts. */
const LONGEST_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, act) {
    let timer: NodeJS.Timeout;
    const wait = (left: number) => {
      timer = setTimeout(() => (left > LONGEST_MS ? wait(left - LONGEST_MS) : act()), Math.min(Math.max(0, left), LONGEST_MS));
      timer.unref();
    };
    wait(ms);
    return () => clearTimeout(timer);
  },
};

/** Waits on that clock; a signal ends it with its reason. */
export function sleepOn(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const leave = () => {
      take();
      reject(signal!.reason as Error);
    };
    const take = clock.after(ms, () => {
      signal?.removeEventListener("abort", leave);
      resolve();
    });
    signal?.addEventListener("abort", leave, { once: true });
  });
}
