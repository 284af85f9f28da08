import type { IncomingMessage } from "node:http";

type Waiting = { bytes: number; holder: string; begin: () => void };

/** Bytes of memory that many share: so many in sum, and so many for each holder, so that none of them takes all. */
export function createPool({ sum, each }: { sum: number; each: number }) {
  let used = 0;
  const own = new Map<string, number>();
  const waiting: Waiting[] = [];

  const has = (holder: string) => own.get(holder) ?? 0;
  /** Whether this holder's share has room for it, whatever the others have. */
  const mayHave = ({ bytes, holder }: Pick<Waiting, "bytes" | "holder">) => has(holder) + bytes <= each;
  function add(holder: string, bytes: number): void {
    used += bytes;
    const now = has(holder) + bytes;
    if (now === 0) own.delete(holder);
    else own.set(holder, now);
  }
  /** First come, first served; who has his share lets others pass. */
  function next(): void {
    for (let at = 0; at < waiting.length; ) {
      const one = waiting[at]!;
      if (!mayHave(one)) {
        at += 1;
        continue;
      }
      if (used + one.bytes > sum) return;
      waiting.splice(at, 1);
      add(one.holder, one.bytes);
      one.begin();
    }
  }
  const releaseOf = (holder: string, bytes: number) => () => {
    add(holder, -bytes);
    next();
  };

  return {
    /** Answers what gives them back; null where there is no room at the moment, or others wait. */
    take(bytes: number, holder: string): (() => void) | null {
      if (waiting.length > 0 || used + bytes > sum || !mayHave({ bytes, holder })) return null;
      add(holder, bytes);
      return releaseOf(holder, bytes);
    },
    /** Until there is room, or whoever asks has gone. */
    async wait(bytes: number, holder: string, request: IncomingMessage): Promise<() => void> {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const one = { bytes, holder, begin: resolve };
      waiting.push(one);
      const leave = () => {
        const at = waiting.indexOf(one);
        reject(new Error("The connection broke"));
        if (at < 0) return;
        waiting.splice(at, 1);
        // Those behind it may have waited for it alone.
        next();
      };
      request.once("close", leave);
      next();
      await promise.finally(() => request.off("close", leave));
      return releaseOf(holder, bytes);
    },
  };
}
