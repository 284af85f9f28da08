import type { LogBatch } from "@aeroplane/agent/contract";
import { useEffect, useEffectEvent, useState } from "react";
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

/** The lines of a stream while it is looked at. One component, one stream: its key names the stream. */
export function useLines(open: Open): Buffer {
  const [buffer] = useState(createBuffer);
  const begin = useEffectEvent(open);
  useEffect(() => {
    const left = new AbortController();
    void follow(buffer, (after, signal) => begin(after, signal), left.signal);
    return () => left.abort();
  }, [buffer]);
  return buffer;
}
