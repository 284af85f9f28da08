/** A value that others watch: each watcher gets the newest one at once and again after changes; values in between may be skipped. */
export type Live<T> = {
  get(): T;
  set(value: T): void;
  update(change: (value: T) => T): void;
  watch(signal?: AbortSignal): AsyncGenerator<T>;
  /** Called after each change; answers the function that ends it. */
  onChange(listener: (value: T) => void): () => void;
};

export function createLive<T>(initial: T): Live<T> {
  let current = initial;
  const listeners = new Set<(value: T) => void>();

  function set(value: T): void {
    if (Object.is(value, current)) return;
    current = value;
    for (const listener of [...listeners]) listener(value);
  }

  async function* watch(signal?: AbortSignal): AsyncGenerator<T> {
    let version = 0;
    let wake = () => {};
    const bump = () => {
      version += 1;
      wake();
    };
    const stop = () => wake();
    listeners.add(bump);
    signal?.addEventListener("abort", stop);
    try {
      let shown = -1;
      while (!signal?.aborted) {
        if (shown === version) {
          await new Promise<void>((resolve) => (wake = resolve));
          continue;
        }
        shown = version;
        yield current;
      }
    } finally {
      listeners.delete(bump);
      signal?.removeEventListener("abort", stop);
    }
  }

  return {
    get: () => current,
    set,
    update: (change) => set(change(current)),
    watch,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
