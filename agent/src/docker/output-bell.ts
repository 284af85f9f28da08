import type { Docker } from "./client.ts";
import { openOutput } from "./output.ts";

/** A busy container rings all the time: after so many bytes nobody has to listen. */
const LOUD_BYTES = 262_144;

/**
 * Tells that a container says something, not what. The engine's follow is used for nothing else: it skips lines when its
 * file is put aside faster than we read, and some engines' follows fall silent for good.
 */
export function createBell(docker: Docker, id: string, outer: AbortSignal) {
  let rung = false;
  let close: (() => void) | null = null;
  /** The engine ended it: the container stands still, is gone, or its file is damaged. */
  let over = false;
  let wake: (() => void) | null = null;
  const ring = () => {
    rung = true;
    wake?.();
  };

  async function open(): Promise<void> {
    const stop = new AbortController();
    const mine = () => stop.abort();
    close = mine;
    try {
      const stream = await openOutput(docker, id, { follow: true, tail: 0, signal: AbortSignal.any([outer, stop.signal]) });
      let bytes = 0;
      if (stream !== null) {
        for await (const chunk of stream as AsyncIterable<Buffer>) {
          bytes += chunk.length;
          ring();
          if (bytes > LOUD_BYTES) return;
        }
      }
      over = true;
    } catch {
      // Who asks for the lines meets the same engine.
    } finally {
      if (close === mine) close = null;
      mine();
      wake?.();
    }
  }

  return {
    /** Forgets earlier rings, and listens from here on. */
    listen(): void {
      rung = false;
      over = false;
      if (close === null && !outer.aborted) void open();
    },
    /** Resolves when it rings or ends, or after so long; true: it rang. */
    async wait(ms: number): Promise<boolean> {
      if (!rung && !over && !outer.aborted) {
        const { promise, resolve } = Promise.withResolvers<undefined>();
        const end = () => resolve(undefined);
        const timer = setTimeout(end, ms);
        wake = end;
        outer.addEventListener("abort", end, { once: true });
        await promise;
        clearTimeout(timer);
        outer.removeEventListener("abort", end);
        wake = null;
      }
      return rung;
    },
    isOver: () => over,
    /** It did not ring although something was said: another one is put in its place. */
    renew(): void {
      close?.();
      close = null;
    },
  };
}
