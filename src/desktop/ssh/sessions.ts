import { setTimeout as sleep } from "node:timers/promises";
import { fail } from "@aeroplane/agent/contract";

/** Below the 10 that OpenSSH's MaxSessions allows when nobody says anything. */
const MOST_AT_ONCE = 8;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;
const WITHIN_MS = 30_000;

type Options = { address: string; withinMs?: number };

/** Whether a server refused to open another session. */
const isRefused = (error: unknown) => /open fail|session request failed|Session open refused/i.test((error as Error | null)?.message ?? "");

/**
 * Sessions of one connection: some servers allow few and free them late, so that one more is refused that would be granted a
 * moment later. They queue here, one that is refused is tried again for a while, and no more stand than were ever granted.
 */
export function createSessions({ address, withinMs = WITHIN_MS }: Options) {
  let most = MOST_AT_ONCE;
  let open = 0;
  const waiting: (() => void)[] = [];

  function leave() {
    open -= 1;
    waiting.shift()?.();
  }
  async function enter(signal?: AbortSignal) {
    while (open >= most) {
      signal?.throwIfAborted();
      const turn = Promise.withResolvers<void>();
      waiting.push(turn.resolve);
      const stop = () => turn.resolve();
      signal?.addEventListener("abort", stop, { once: true });
      await turn.promise;
      signal?.removeEventListener("abort", stop);
      const at = waiting.indexOf(turn.resolve);
      if (at >= 0) waiting.splice(at, 1);
      if (signal?.aborted) waiting.shift()?.();
    }
    signal?.throwIfAborted();
    open += 1;
  }

  /** One session from its opening to its end. `begin` rejects with what the server said when none was opened. */
  async function run<T>(begin: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const until = Date.now() + withinMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      await enter(signal);
      try {
        return await begin();
      } catch (error) {
        if (!isRefused(error)) throw error;
        // Others stand: so many were granted and no more.
        if (open > 1) most = Math.min(most, open - 1);
        if (Date.now() + pause > until) throw fail("SSH_SESSIONS_REFUSED", { address }, { cause: error, detail: (error as Error).message });
      } finally {
        leave();
      }
      await sleep(pause, undefined, { signal });
    }
  }
  return { run };
}
