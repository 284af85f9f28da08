// Waits on a condition, never on time alone; always with a bound.
import { setTimeout as pause } from "node:timers/promises";

export async function until<T>(
  what: string,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  {
    within = 60_000,
    every = 100,
    signal,
  }: { within?: number; every?: number; signal?: AbortSignal } = {},
): Promise<T> {
  const deadline = performance.now() + within;
  let last: unknown;
  for (;;) {
    signal?.throwIfAborted();
    try {
      const value = await condition();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline)
      throw new Error(`${what}: not within ${within / 1000} s.`, { cause: last });
    await pause(every, undefined, { signal });
  }
}
