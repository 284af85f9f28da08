/** One act after the other: what chooses from what is free must see what the one before it took. */
export function createSerial() {
  let last: Promise<unknown> = Promise.resolve();
  return function serial<T>(act: () => Promise<T>): Promise<T> {
    const mine = last.then(act, act);
    last = mine.catch(() => {});
    return mine;
  };
}
export type Serial = ReturnType<typeof createSerial>;
