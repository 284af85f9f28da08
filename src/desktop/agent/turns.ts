/** So many at a time, first come, first served; what is answered lets the next one go. */
export function createTurns(most: number): (signal: AbortSignal) => Promise<() => void> {
  let taken = 0;
  const waiting = new Set<() => void>();

  return async function turn(signal) {
    while (taken >= most) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const abort = () => reject(signal.reason as Error);
      waiting.add(resolve);
      signal.addEventListener("abort", abort, { once: true });
      await promise.finally(() => {
        waiting.delete(resolve);
        signal.removeEventListener("abort", abort);
      });
    }
    signal.throwIfAborted();
    taken += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      taken -= 1;
      const [first] = waiting;
      first?.();
    };
  };
}
