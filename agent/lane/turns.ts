/** So many at a time, first come, first served; what is answered lets the next one go. */
export function createTurns(most: number): (signal?: AbortSignal) => Promise<() => void> {
  let free = most;
  const waiting = new Set<() => void>();

  /** The turn is handed over, so that nobody who comes at this moment takes it. */
  function pass() {
    const [first] = waiting;
    if (first === undefined) free += 1;
    else {
      waiting.delete(first);
      first();
    }
  }

  return async function turn(signal) {
    signal?.throwIfAborted();
    if (free > 0) free -= 1;
    else {
      await new Promise<void>((resolve, reject) => {
        const mine = () => {
          signal?.removeEventListener("abort", abort);
          resolve();
        };
        const abort = () => {
          waiting.delete(mine);
          reject(signal!.reason as Error);
        };
        waiting.add(mine);
        signal?.addEventListener("abort", abort, { once: true });
      });
    }
    let left = false;
    return () => {
      if (left) return;
      left = true;
      pass();
    };
  };
}
