import type { LogBatch } from "@aeroplane/agent/contract";
import { useEffect, useEffectEvent, useState } from "react";
import { follow } from "../../data/follow.ts";
import { createBuffer, type Buffer } from "./buffer.ts";
import { createTroubles } from "./troubles.ts";

type Open = (after: string | undefined, signal: AbortSignal) => Promise<AsyncIterable<LogBatch>>;

/** The lines of a stream while it is looked at. One component, one stream: its key names the stream. */
export function useLines(open: Open, { divides = false } = {}): Buffer {
  const [buffer] = useState(() => createBuffer(undefined, { divides }));
  const begin = useEffectEvent(open);
  useEffect(() => {
    const left = new AbortController();
    const troubles = createTroubles(buffer);
    let after: string | undefined;
    const read = () =>
      void follow({
        open: (cursor, signal) => begin(cursor, signal),
        after,
        onBatch(batch: LogBatch) {
          buffer.add(batch);
          troubles.over();
          after = batch.cursor;
        },
        isLasting: (error) => !left.signal.aborted && troubles.meet(error, read),
        signal: left.signal,
      });
    read();
    return () => left.abort();
  }, [buffer]);
  return buffer;
}
