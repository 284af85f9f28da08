import { createHash, type Hash } from "node:crypto";
import { setImmediate as others } from "node:timers/promises";
import { CHUNK, STREAM_WINDOW } from "./bounds.ts";
import type { Source } from "./send.ts";

/** One is kept for every so many bytes, for as far back as a broken connection can make a transfer begin again. */
const EVERY = 1024 ** 2;
const KEPT = STREAM_WINDOW / EVERY + 2;

/** SHA-256 of a thing from its first byte on, which can go back a little: what was sent may not have come. */
export function createDigest() {
  const begin = (): { at: number; hash: Hash } => ({ at: 0, hash: createHash("sha256") });
  let now = begin();
  let kept: { at: number; hash: Hash }[] = [];

  function add(chunk: Uint8Array) {
    now.hash.update(chunk);
    const before = Math.floor(now.at / EVERY);
    now.at += chunk.length;
    if (Math.floor(now.at / EVERY) === before) return;
    kept.push({ at: now.at, hash: now.hash.copy() });
    if (kept.length > KEPT) kept.shift();
  }

  return {
    add,
    at: () => now.at,
    /** Of exactly the first `offset` bytes: goes back, and reads of `source` what is missing. */
    async goTo(offset: number, source: Source, signal?: AbortSignal): Promise<void> {
      if (now.at > offset) {
        kept = kept.filter(({ at }) => at <= offset);
        const last = kept.at(-1);
        now = last ? { at: last.at, hash: last.hash.copy() } : begin();
      }
      while (now.at < offset) {
        signal?.throwIfAborted();
        const before = Math.floor(now.at / EVERY);
        const chunk = await source.read(now.at, Math.min(CHUNK, offset - now.at));
        if (chunk.length === 0) throw new Error(`The source ended at ${now.at} of ${offset} bytes`);
        add(chunk);
        // What is at hand at once would leave nobody else a turn.
        if (Math.floor(now.at / EVERY) > before) await others();
      }
    },
    /** Of everything until now, in hex; more may be added. */
    hex: () => now.hash.copy().digest("hex"),
  };
}
export type Digest = ReturnType<typeof createDigest>;
