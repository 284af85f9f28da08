import { useSyncExternalStore } from "react";

type Live<T> = { use(): T | undefined; get(): T | undefined; subscribe(listener: () => void): () => void };

/** A watched value of the desktop: the newest one that came, asked for again whenever the stream breaks. */
export function createLive<T>(watch: (signal: AbortSignal) => Promise<AsyncIterable<T>>): Live<T> {
  let value: T | undefined;
  let running = false;
  const listeners = new Set<() => void>();
  async function run() {
    for (;;) {
      try {
        for await (const next of await watch(new AbortController().signal)) {
          value = next;
          for (const listener of listeners) listener();
        }
      } catch {
        // The link is closed: the shell says so, and the next round asks again.
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    if (!running) {
      running = true;
      void run();
    }
    return () => void listeners.delete(listener);
  };
  const get = () => value;
  return { use: () => useSyncExternalStore(subscribe, get), get, subscribe };
}
