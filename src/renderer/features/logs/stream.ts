import type { LogBatch } from "@aeroplane/agent/contract";
import { useEffect, useState } from "react";
import { problemOf } from "../../data/problem.ts";
import { createBuffer, type Buffer } from "./buffer.ts";

type Open = (after: string | undefined, signal: AbortSignal) => Promise<AsyncIterable<LogBatch>>;

const lasting = new Set(["NOT_FOUND", "NOTHING_DEPLOYED", "INVALID_INPUT"]);

async function follow(buffer: Buffer, open: Open, signal: AbortSignal) {
  let after: string | undefined;
  while (!signal.aborted) {
    try {
      for await (const batch of await open(after, signal)) {
        after = batch.cursor;
        buffer.add(batch);
        if (batch.ended) return;
      }
    } catch (error) {
      if (lasting.has(problemOf(error).code)) return;
      // Otherwise the link or the agent went away for a moment: the cursor takes the stream up where it stopped.
    }
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/** The lines of a stream while it is looked at; `id` names the stream. */
export function useLines(id: string, open: Open): Buffer {
  const [buffer, setBuffer] = useState(createBuffer);
  useEffect(() => {
    const fresh = createBuffer();
    setBuffer(fresh);
    const left = new AbortController();
    void follow(fresh, open, left.signal);
    return () => left.abort();
    // A new function each render opens the same stream: only its name counts.
  }, [id]);
  return buffer;
}
