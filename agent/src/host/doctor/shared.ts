/** One look for all who ask while it goes on: it ends when it is done, or when the last of them has gone. */
export function createShared<T>(look: (signal: AbortSignal) => Promise<T>): { ask(signal?: AbortSignal): Promise<T>; forget(): void } {
  let now: { answer: Promise<T>; asking: number; end: AbortController } | null = null;

  function begin() {
    const end = new AbortController();
    const begun = { answer: look(end.signal), asking: 0, end };
    begun.answer.catch(() => {}).finally(() => void (now === begun && (now = null)));
    return begun;
  }

  async function ask(signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const one = (now ??= begin());
    one.asking += 1;
    const gone = Promise.withResolvers<never>();
    gone.promise.catch(() => {});
    const leave = () => gone.reject(signal!.reason);
    signal?.addEventListener("abort", leave, { once: true });
    try {
      return await Promise.race([one.answer, gone.promise]);
    } finally {
      signal?.removeEventListener("abort", leave);
      one.asking -= 1;
      if (one.asking === 0) {
        // Whoever comes now must not join one that is being ended.
        if (now === one) now = null;
        one.end.abort();
      }
    }
  }

  return {
    ask,
    /** Something was changed: who asks from here on sees it, and does not join one that began before. */
    forget: () => void (now = null),
  };
}
