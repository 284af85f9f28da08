import { CREDIT_WINDOW } from "../../contract/index.ts";

type Account = { sent: number; taken: number; wake: () => void };

export type Credits = ReturnType<typeof createCredits>;

/** The producer's half of the window in src/contract/credit.ts. */
export function createCredits() {
  const accounts = new Map<string, Account>();

  function taken(stream: string, count: number): void {
    const account = accounts.get(stream);
    if (!account || count <= account.taken) return;
    account.taken = Math.min(count, account.sent);
    account.wake();
  }

  /** The same stream, pulled only while the window is open; a stopped pull stops the agent through SSH's own flow control. */
  async function* limited<T>(stream: string, source: AsyncIterator<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
    const account: Account = { sent: 0, taken: 0, wake: () => {} };
    const wakeUp = () => account.wake();
    accounts.set(stream, account);
    signal?.addEventListener("abort", wakeUp);
    try {
      while (true) {
        while (account.sent - account.taken >= CREDIT_WINDOW && !signal?.aborted) {
          await new Promise<void>((wake) => (account.wake = wake));
        }
        if (signal?.aborted) return;
        const result = await source.next();
        if (result.done) return;
        account.sent += 1;
        yield result.value;
      }
    } finally {
      signal?.removeEventListener("abort", wakeUp);
      accounts.delete(stream);
      await source.return?.();
    }
  }

  return { taken, limited, open: () => accounts.size };
}
