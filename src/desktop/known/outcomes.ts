import type { Outcome } from "../../contract/index.ts";

/** More than a listener could be behind: what it has not taken is dropped, the oldest first. */
const MOST = 200;

/** Ends of jobs, handed to everybody who listens from then on; none is skipped for a newer one. */
export function createOutcomes() {
  const listeners = new Set<(outcome: Outcome) => void>();

  async function* watch(signal?: AbortSignal): AsyncGenerator<Outcome> {
    const waiting: Outcome[] = [];
    let wake = () => {};
    const hear = (outcome: Outcome) => {
      waiting.push(outcome);
      if (waiting.length > MOST) waiting.shift();
      wake();
    };
    const stop = () => wake();
    listeners.add(hear);
    signal?.addEventListener("abort", stop);
    try {
      while (!signal?.aborted) {
        const next = waiting.shift();
        if (next) yield next;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      listeners.delete(hear);
      signal?.removeEventListener("abort", stop);
    }
  }

  return { tell: (outcome: Outcome) => listeners.forEach((hear) => hear(outcome)), watch };
}
