import { TERMINAL_WINDOW, type Problem, type TerminalBatch } from "@aeroplane/agent/contract";
import { problemOf } from "../../data/problem.ts";
import { fromBase64 } from "./writer.ts";

export type Outcome =
  | { type: "ended"; exitCode: number | null }
  | { type: "gone" }
  | { type: "elsewhere" }
  /** The agent refuses it for a reason that does not pass. */
  | { type: "failed"; problem: Problem }
  | { type: "left" };

type Options = {
  open: (after: string | undefined, signal: AbortSignal) => Promise<AsyncIterable<TerminalBatch>>;
  write: (data: Uint8Array | string) => Promise<void>;
  /** Everything before this position was drawn. */
  taken: (cursor: string) => void;
  onOpen: () => void;
  onAway: () => void;
  signal: AbortSignal;
  againMs?: number;
};

const LOST = "\r\n\u001b[2m… output before this is no longer kept …\u001b[0m\r\n";
const AGAIN_MS = 700;

/** Draws the output until it ends, over as many connections as it takes: each goes on where the last one stopped. */
export async function follow({ open, write, taken, onOpen, onAway, signal, againMs = AGAIN_MS }: Options): Promise<Outcome> {
  let after: string | undefined;
  while (!signal.aborted) {
    try {
      let unsaid = 0;
      for await (const batch of await open(after, signal)) {
        onOpen();
        if (batch.gap && after !== undefined) await write(LOST);
        const data = fromBase64(batch.data);
        // The next batch is taken when this one is drawn: a flood waits at the program, not here.
        if (data.length > 0) await write(data);
        after = batch.cursor;
        unsaid += data.length;
        // Rarely, because it costs as much as a key; early enough that the rest of the window bridges the way there.
        if (unsaid >= TERMINAL_WINDOW / 2) {
          taken(after);
          unsaid = 0;
        }
        if (batch.ended) return { type: "ended", exitCode: batch.exitCode };
        if (signal.aborted) return { type: "left" };
      }
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code === "TERMINAL_GONE" || problem.code === "NOT_FOUND") return { type: "gone" };
      if (problem.code === "TERMINAL_ELSEWHERE") return { type: "elsewhere" };
      if (!problem.retry) return { type: "failed", problem };
    }
    if (signal.aborted) break;
    onAway();
    await new Promise((resolve) => setTimeout(resolve, againMs));
  }
  return { type: "left" };
}
