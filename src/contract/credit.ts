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

type Link<Context> = {
  call(path: readonly string[], input: unknown, options: { context: Context; signal?: AbortSignal }): Promise<unknown>;
};

/** A link whose streams report what was taken; the link must send `context.stream` as CREDIT_HEADER. */
export function creditedLink<Context extends { stream?: string }>(link: Link<Context>): Link<Context> {
  return {
    async call(path, input, options) {
      const stream = crypto.randomUUID();
      const output = await link.call(path, input, { ...options, context: { ...options.context, stream } });
      if (!isStream(output)) return output;
      const report = (taken: number) => void link.call(["streams", "taken"], { stream, taken }, { context: {} as Context }).catch(() => {});
      return withReports(output, report);
    },
  };
}

function isStream(output: unknown): output is AsyncIterator<unknown> {
  return typeof output === "object" && output !== null && Symbol.asyncIterator in output;
}
