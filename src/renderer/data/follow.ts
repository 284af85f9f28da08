type Batch = { cursor: string; ended?: boolean };

type Options<B extends Batch> = {
  /** Opens the stream behind that cursor; without one, from its beginning. */
  open: (after: string | undefined, signal: AbortSignal) => Promise<AsyncIterable<B>>;
  /** Where it begins; else at the stream's beginning. */
  after?: string;
  onBatch: (batch: B) => void;
  /** It was opened again after a break. */
  onResumed?: () => void;
  /** Whether a failure will not pass: the stream is over. */
  isLasting?: (error: unknown) => boolean;
  signal: AbortSignal;
  /** Milliseconds before each next try. */
  rests?: readonly number[];
};

/** A cut is over in a moment or takes long; either way the link below says when it makes sense, and asking is cheap. */
const RESTS = [100, 400, 1000] as const;

/** Reads a stream to its end over every break: each opening goes on behind the last batch that came, so no item is missed or told twice. */
export async function follow<B extends Batch>({ open, after: from, onBatch, onResumed, isLasting, signal, rests = RESTS }: Options<B>): Promise<void> {
  let after = from;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const batches = await open(after, signal);
      if (after !== undefined) onResumed?.();
      for await (const batch of batches) {
        if (signal.aborted) return;
        failures = 0;
        onBatch(batch);
        // Taken only now: what a failing listener has not got comes again.
        after = batch.cursor;
        if (batch.ended) return;
      }
    } catch (error) {
      if (isLasting?.(error)) return;
    }
    await rest(rests[Math.min(failures++, rests.length - 1)]!, signal);
  }
}

/** Ends early when the signal fires. */
export function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener("abort", end, { once: true });
  });
}
