import { once } from "node:events";
import type { Writable } from "node:stream";
import type { Digest } from "./digest.ts";
import type { Pace } from "./pace.ts";

/** Bytes that stay the same however often they are read: `read` answers at least one and at most so many. */
export type Source = { read(offset: number, most: number): Promise<Uint8Array> };

type Sending = { source: Source; from: number; to: number; out: Writable; pace: Pace; digest: Digest; signal: AbortSignal };

/** Writes what lies between two offsets, never more at a time than the pace allows and the connection takes. */
export async function send({ source, from, to, out, pace, digest, signal }: Sending): Promise<void> {
  for (let at = from; at < to; ) {
    const free = await pace.untilRoom(signal);
    const chunk = await source.read(at, Math.min(free, pace.chunk(), to - at));
    signal.throwIfAborted();
    if (chunk.length === 0) throw new Error(`The source ended at ${at} of ${to} bytes`);
    digest.add(chunk);
    at += chunk.length;
    pace.sent(chunk.length);
    if (!out.write(chunk)) await once(out, "drain", { signal });
  }
}
