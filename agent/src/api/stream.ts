import { toWire } from "./errors.ts";

/**
 * A generator that ends at once when its reader goes away, however the reader says so: by the call's signal or by
 * `return()`. A failure inside it reaches the reader with its problem.
 */
export function stream<T>(
  caller: AbortSignal | undefined,
  make: (signal: AbortSignal) => AsyncIterable<T>,
): AsyncIteratorObject<T, undefined, void> {
  const gone = new AbortController();
  const inner = make(caller ? AbortSignal.any([caller, gone.signal]) : gone.signal)[Symbol.asyncIterator]();
  const close = async () => {
    gone.abort();
    await inner.return?.();
  };
  return {
    async next() {
      try {
        return (await inner.next()) as IteratorResult<T, undefined>;
      } catch (error) {
        throw toWire(error);
      }
    },
    async return() {
      await close();
      return { done: true, value: undefined };
    },
    [Symbol.asyncDispose]: close,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
