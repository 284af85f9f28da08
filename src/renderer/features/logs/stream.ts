import type { LogBatch } from "@aeroplane/agent/contract";
import { useEffect, useEffectEvent, useState } from "react";
import { follow } from "../../data/follow.ts";
import { problemOf } from "../../data/problem.ts";
import { createBuffer, type Buffer } from "./buffer.ts";

type Open = (after: string | undefined, signal: AbortSignal) => Promise<AsyncIterable<LogBatch>>;

const lasting = new Set(["NOT_FOUND", "NOTHING_DEPLOYED", "INVALID_INPUT"]);

/** The lines of a stream while it is looked at. One component, one stream: its key names the stream. */
export function useLines(open: Open): Buffer {
  const [buffer] = useState(createBuffer);
  const begin = useEffectEvent(open);
  useEffect(() => {
    const left = new AbortController();
    void follow({
      open: (after, signal) => begin(after, signal),
      onBatch: (batch: LogBatch) => buffer.add(batch),
      isLasting(error) {
        const problem = problemOf(error);
        if (!left.signal.aborted) buffer.fail(problem);
        return lasting.has(problem.code);
      },
      signal: left.signal,
    });
    return () => left.abort();
  }, [buffer]);
  return buffer;
}
