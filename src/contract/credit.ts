/**
 * A window for streams towards the renderer: WebSocket and MessagePort buffer without limit, so the producer waits once
 * this many batches are on their way, and the consumer says how many it has taken.
 */
export const CREDIT_HEADER = "x-aeroplane-stream";
export const CREDIT_WINDOW = 64;
export const CREDIT_EVERY = 32;

/** The consumer's half: reports after every 32 batches taken. A lost report only slows the stream down. */
export function withReports<T>(stream: AsyncIterator<T>, report: (taken: number) => void): AsyncIteratorObject<T, unknown, void> {
  let taken = 0;
  const iterator = {
    async next() {
      const result = await stream.next();
      if (!result.done && ++taken % CREDIT_EVERY === 0) report(taken);
      return result;
    },
    async return(value?: unknown) {
      await stream.return?.();
      return { done: true as const, value };
    },
    async throw(error: unknown): Promise<never> {
      await stream.return?.();
      throw error;
    },
    [Symbol.asyncIterator]: () => iterator,
    [Symbol.asyncDispose]: async () => void (await stream.return?.()),
  };
  return iterator as unknown as AsyncIteratorObject<T, unknown, void>;
}
