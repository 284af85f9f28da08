import { useSyncExternalStore } from "react";
import { telling } from "./telling.ts";

type Live<T> = {
  use(): T | undefined;
  get(): T | undefined;
  subscribe(listener: () => void): () => void;
  /** Until the stream says something else. */
  put(value: T): void;
};

/** A watched value of the desktop: the newest one that came, asked for again whenever the stream breaks. `take`: what a message makes of it. */
export function createLive<T, Told = T>(watch: (signal: AbortSignal) => Promise<AsyncIterable<Told>>, take: (before: T | undefined, told: Told) => T): Live<T> {
  let value: T | undefined;
  let running = false;
  const listeners = new Set<() => void>();
  const tell = telling(() => {
    for (const listener of listeners) listener();
  });
  function put(next: T): void {
    value = next;
    tell();
  }
  async function run() {
    for (;;) {
      try {
        for await (const next of await watch(new AbortController().signal)) put(take(value, next));
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
  return { use: () => useSyncExternalStore(subscribe, get), get, subscribe, put };
}

/** Each message is the whole value. */
export const newest = <T>(_before: T | undefined, told: T): T => told;
