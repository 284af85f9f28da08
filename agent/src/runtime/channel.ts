/** Hands values from several writers to one reader; a writer waits while `limit` values are not taken. */
export function createChannel<T>(limit: number, signal: AbortSignal) {
  let values: T[] = [];
  let wakeReader: (() => void) | null = null;
  let wakeWriters: (() => void)[] = [];
  const wake = () => {
    wakeReader?.();
    for (const one of wakeWriters.splice(0)) one();
  };
  signal.addEventListener("abort", wake, { once: true });

  return {
    async push(value: T): Promise<void> {
      while (values.length >= limit && !signal.aborted) await new Promise<void>((resolve) => wakeWriters.push(resolve));
      if (signal.aborted) return;
      values.push(value);
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
      for (const one of wakeWriters.splice(0)) one();
      return taken;
    },
  };
}
export type Channel<T> = ReturnType<typeof createChannel<T>>;
