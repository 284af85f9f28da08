// Types into a terminal and reads it, by the same code as the window.
import { randomUUID } from "node:crypto";
import { performance } from "node:perf_hooks";
import { follow } from "../../../src/renderer/features/terminal/follow.ts";
import { createLatest } from "../../../src/renderer/features/terminal/latest.ts";
import { createWriter } from "../../../src/renderer/features/terminal/writer.ts";
import type { Agent } from "./way.ts";

export type Typist = Awaited<ReturnType<typeof openTypist>>;

/** `agent` is asked anew for each call: it may have been replaced by then. */
export async function openTypist(agent: () => Agent) {
  const { id } = await agent().terminals.openServer({ rows: 24, columns: 80 });
  const gone = new AbortController();
  const decoder = new TextDecoder("latin1");
  const waiting = new Set<{ met: () => boolean; done: () => void }>();
  let text = "";
  let bytes = 0;
  let keep = true;
  let slow = 0;
  let aways = 0;
  const writer = createWriter((part) => agent().terminals.write({ id, ...part }), { againMs: 50 });
  const taken = createLatest((cursor: string) => agent().terminals.taken({ id, cursor }), () => !gone.signal.aborted);
  const outcome = follow({
    open: (after, signal) => agent().terminals.output({ id, after }, { signal }),
    async write(data) {
      const part = typeof data === "string" ? data : decoder.decode(data);
      if (slow > 0) await new Promise((resolve) => setTimeout(resolve, slow));
      bytes += part.length;
      if (keep) text += part;
      else text = (text + part).slice(-4096);
      for (const one of waiting) if (one.met()) one.done();
    },
    taken: taken.set,
    onOpen: () => {},
    onAway: () => (aways += 1),
    signal: gone.signal,
    againMs: 50,
  });
  function until(met: () => boolean, what: string, within = 180_000): Promise<void> {
    if (met()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${what} within ${within} ms; at the end stands ${JSON.stringify(text.slice(-200))}`)), within);
      const one = { met, done: () => (clearTimeout(timer), waiting.delete(one), resolve()) };
      waiting.add(one);
    });
  }
  const type = (keys: string) => writer.push(new TextEncoder().encode(keys));
  return {
    id,
    outcome,
    type,
    text: () => text,
    bytes: () => bytes,
    aways: () => aways,
    forget: () => void (text = ""),
    keepAll: (all: boolean) => void (keep = all),
    slower: (ms: number) => void (slow = ms),
    see: (word: string, within?: number) => until(() => text.includes(word), `no ${word}`, within),
    /** Milliseconds from a key to its echo. */
    async echo(key: string): Promise<number> {
      const wanted = bytes + 1;
      const from = performance.now();
      type(key);
      await until(() => bytes >= wanted, "no echo");
      return performance.now() - from;
    },
    async close() {
      gone.abort();
      writer.stop();
      taken.stop();
      await agent().terminals.close({ id });
    },
    token: randomUUID().slice(0, 8),
  };
}
