import { TERMINAL_INPUT_BYTES, TERMINAL_WRITES_AT_ONCE } from "@aeroplane/agent/contract";
import { problemOf } from "../../data/problem.ts";

type Part = { writer: string; sequence: number; data: string };
/** More than this is not typed: it waits nowhere. */
const MOST_WAITING = 8 * 1024 * 1024;
const AGAIN_MS = 300;

/**
 * What is typed, on its way: several parts at once, each sent again until it has arrived, which the agent takes in order
 * and exactly once. Nothing that is typed is lost while the connection is away.
 */
export function createWriter(send: (part: Part) => Promise<unknown>, { againMs = AGAIN_MS } = {}) {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  let under = 0;
  let stopped = false;
  let writer = crypto.randomUUID() as string;
  let sequence = 0;

  function take(): Uint8Array {
    const part = new Uint8Array(Math.min(bytes, TERMINAL_INPUT_BYTES));
    let filled = 0;
    while (filled < part.length) {
      const first = waiting[0]!;
      const piece = first.subarray(0, part.length - filled);
      part.set(piece, filled);
      filled += piece.length;
      if (piece.length === first.length) waiting.shift();
      else waiting[0] = first.subarray(piece.length);
    }
    bytes -= part.length;
    return part;
  }
  function pump(): void {
    while (!stopped && bytes > 0 && under < TERMINAL_WRITES_AT_ONCE) {
      under += 1;
      void deliver({ writer, sequence: sequence++, data: toBase64(take()) }).finally(() => {
        under -= 1;
        pump();
      });
    }
  }
  async function deliver(part: Part): Promise<void> {
    while (!stopped) {
      try {
        return void (await send(part));
      } catch (error) {
        const { code, retry } = problemOf(error);
        // The agent no longer knows this writer: what follows is counted anew.
        if (code === "TERMINAL_INPUT_LOST") return restart(part.writer);
        if (!retry) return stop();
      }
      await new Promise((resolve) => setTimeout(resolve, againMs));
    }
  }
  function restart(old: string): void {
    if (writer !== old) return;
    writer = crypto.randomUUID();
    sequence = 0;
  }
  function stop(): void {
    stopped = true;
    waiting = [];
    bytes = 0;
  }

  return {
    push(data: Uint8Array): void {
      if (stopped || data.length === 0 || bytes + data.length > MOST_WAITING) return;
      waiting.push(data);
      bytes += data.length;
      pump();
    },
    stop,
  };
}
export type Writer = ReturnType<typeof createWriter>;

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

export function fromBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
