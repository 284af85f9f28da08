/** Hands values from several writers to one reader; a writer waits while values that weigh `limit` are not taken. */
export function createChannel<T>(limit: number, signal: AbortSignal, weigh: (value: T) => number = () => 1) {
  let values: T[] = [];
  let weight = 0;
  let wakeReader: (() => void) | null = null;
  let wakeWriters: (() => void)[] = [];
  const wake = () => {
    wakeReader?.();
    for (const one of wakeWriters.splice(0)) one();
  };
  signal.addEventListener("abort", wake, { once: true });

  return {
    async push(value: T): Promise<void> {
      while (weight >= limit && !signal.aborted) await new Promise<void>((resolve) => wakeWriters.push(resolve));
      if (signal.aborted) return;
      values.push(value);
      weight += weigh(value);
      wakeReader?.();
    },
    /** Everything that waits, at least one value; empty when the signal has fired. */
    async take(): Promise<T[]> {
      while (values.length === 0 && !signal.aborted) {
        await new Promise<void>((resolve) => (wakeReader = resolve));
        wakeReader = null;
      }
      const taken = values;
      values = [];
      weight = 0;
      for (const one of wakeWriters.splice(0)) one();
      return taken;
    },
  };
}
export type Channel<T> = ReturnType<typeof createChannel<T>>;
