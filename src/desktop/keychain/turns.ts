/** The call before did not come back: asking again would only take another thread from the program. */
export class Stuck extends Error {}

/**
 * One call at a time, each waited for as long as said. A call that takes longer goes on by itself; until it comes back,
 * nothing else begins. So a system that hangs holds one thread, and nobody waits for it twice.
 */
export function createTurns() {
  let tail: Promise<unknown> = Promise.resolve();
  let late = 0;

  function take<T>(act: () => Promise<T>, patience: number): Promise<T> {
    if (late > 0) return Promise.reject(new Stuck("An earlier call has not come back"));
    const mine = tail.then(act);
    tail = mine.catch(() => {});
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        late += 1;
        void tail.then(() => (late -= 1));
        reject(new Stuck(`No answer within ${patience} ms`));
      }, patience);
      mine.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  return { take, stuck: () => late > 0 };
}
