import { fail, TERMINAL_WRITES_AT_ONCE } from "../../contract/index.ts";

/** Writers that are remembered: each look at a terminal from a window is one. */
const WRITERS = 32;
/** Bytes that may wait for a program that does not read. */
const WAITING_BYTES = 256 * 1024;

type Writer = { next: number; early: Map<number, Buffer> };

/**
 * Puts what was typed in its order, exactly once: calls travel beside each other and may be delivered again. None of
 * them waits in here, for a program that does not read must not hold the connections of the desktop.
 */
export function createInput(write: (data: Buffer) => Promise<void>) {
  const writers = new Map<string, Writer>();
  let waiting = 0;

  function writerOf(id: string): Writer {
    const found = writers.get(id) ?? { next: 0, early: new Map<number, Buffer>() };
    // The one used last stands last; who has been silent for longest is forgotten.
    writers.delete(id);
    writers.set(id, found);
    if (writers.size > WRITERS) writers.delete(writers.keys().next().value!);
    return found;
  }

  return {
    accept(id: string, sequence: number, data: Buffer): void {
      const writer = writerOf(id);
      if (sequence < writer.next) return;
      if (sequence >= writer.next + 4 * TERMINAL_WRITES_AT_ONCE) throw fail("TERMINAL_INPUT_LOST", { expected: writer.next });
      if (sequence > writer.next) {
        if (writer.early.size >= TERMINAL_WRITES_AT_ONCE && !writer.early.has(sequence)) throw fail("TERMINAL_FULL", {});
        writer.early.set(sequence, data);
        return;
      }
      if (waiting > WAITING_BYTES) throw fail("TERMINAL_FULL", {});
      for (let part: Buffer | undefined = data; part; part = writer.early.get(writer.next)) {
        writer.early.delete(writer.next);
        writer.next += 1;
        const { length } = part;
        waiting += length;
        void write(part).finally(() => (waiting -= length));
      }
    },
  };
}
