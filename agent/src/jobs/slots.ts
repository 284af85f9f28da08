/** At most `count` acts at a time; the others wait in order, and leave the line when aborted. */
export function createSlots(count: number) {
  let free = count;
  const line: (() => void)[] = [];

  async function enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const enterNow = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        line.splice(line.indexOf(enterNow), 1);
        reject(signal.reason);
      };
      line.push(enterNow);
      signal.addEventListener("abort", leave, { once: true });
    });
  }
  return {
    busy: () => free === 0,
    async within<T>(signal: AbortSignal, act: () => Promise<T>): Promise<T> {
      await enter(signal);
      try {
        return await act();
      } finally {
        const next = line.shift();
        if (next) next();
        else free += 1;
      }
    },
  };
}
export type Slots = ReturnType<typeof createSlots>;
