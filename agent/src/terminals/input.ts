import { fail, TERMINAL_WRITES_AT_ONCE } from "../../contract/index.ts";

/** Writers that are remembered: each look at a terminal from a window is one. */
const WRITERS = 32;
/** An early part waits so long for the one before it. */
const PATIENCE_MS = 30_000;

type Part = { data: Buffer; done: PromiseWithResolvers<void> };
type Writer = { next: number; early: Map<number, Part>; last: Promise<void> };

/**
 * Puts what was typed in its order, exactly once: calls travel beside each other and may be delivered again. A call is
 * answered when the terminal has taken its bytes, so that a large paste waits in the desktop and not here.
 */
export function createInput(write: (data: Buffer) => Promise<void>, { patienceMs = PATIENCE_MS } = {}) {
  const writers = new Map<string, Writer>();

  function writerOf(id: string): Writer {
    const found = writers.get(id) ?? { next: 0, early: new Map<number, Part>(), last: Promise.resolve() };
    // The one used last stands last; who has been silent for longest is forgotten.
    writers.delete(id);
    writers.set(id, found);
    if (writers.size > WRITERS) writers.delete(writers.keys().next().value!);
    return found;
  }

  async function accept(id: string, sequence: number, data: Buffer): Promise<void> {
    const writer = writerOf(id);
    if (sequence < writer.next) return writer.last;
    if (sequence >= writer.next + 4 * TERMINAL_WRITES_AT_ONCE) throw fail("TERMINAL_INPUT_LOST", { expected: writer.next });
    const waiting = writer.early.get(sequence) ?? { data, done: Promise.withResolvers<void>() };
    writer.early.set(sequence, waiting);
    waiting.done.promise.catch(() => {});
    for (let part = writer.early.get(writer.next); part; part = writer.early.get(writer.next)) {
      const { data: bytes, done } = part;
      writer.early.delete(writer.next);
      writer.next += 1;
      writer.last = writer.last.then(() => write(bytes));
      writer.last.then(done.resolve, done.reject);
    }
    if (sequence < writer.next) return waiting.done.promise;
    const patience = setTimeout(() => {
      if (writer.early.delete(sequence)) waiting.done.reject(fail("TERMINAL_INPUT_LOST", { expected: writer.next }));
    }, patienceMs);
    return waiting.done.promise.finally(() => clearTimeout(patience));
  }

  return { accept };
}
