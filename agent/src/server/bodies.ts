import type { IncomingMessage } from "node:http";
import { fail } from "../../contract/index.ts";
import { toWire } from "../api/errors.ts";

/** Larger ones wait for their turn, unread. */
const SMALL = 256 * 1024;
/** Bytes that all larger ones may have in memory at a time. */
const SUM = 24 * 1024 ** 2;
/** A body that nothing more comes of is not waited for any longer. */
const SILENT_MS = 60_000;

/** The bodies of calls, bounded one by one and in sum. */
export function createBodies() {
  let used = 0;
  let waiting: (() => void)[] = [];

  async function reserve(bytes: number, signal: AbortSignal): Promise<void> {
    while (used + bytes > SUM && !signal.aborted) {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
    signal.throwIfAborted();
    used += bytes;
  }
  function release(bytes: number) {
    used -= bytes;
    const all = waiting;
    waiting = [];
    for (const wake of all) wake();
  }

  /** As JSON; `largest` bytes at most. */
  return async function read(request: IncomingMessage, largest: number): Promise<unknown> {
    const told = Number(request.headers["content-length"] ?? Number.NaN);
    // Who does not say how much comes has little to say.
    const most = Number.isSafeInteger(told) ? told : Math.min(largest, SMALL);
    if (most > largest) throw tooLarge(largest);
    if (most <= SMALL) return parse(await whole(request, most));
    const gone = new AbortController();
    request.once("close", () => gone.abort(new Error("The connection broke")));
    await reserve(most, gone.signal);
    try {
      return parse(await whole(request, most));
    } finally {
      release(most);
    }
  };
}

/** By events, where the framework would read by iterators: those cost a small call more than all else that is done for it. */
function whole(request: IncomingMessage, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => reject(toWire(fail("BODY_TOO_LATE", { seconds: SILENT_MS / 1000 }))), SILENT_MS);
    const done = (end: () => void) => {
      clearTimeout(timer);
      end();
    };
    request.on("data", (part: Buffer) => {
      timer.refresh();
      size += part.length;
      if (size <= most) parts.push(part);
      else done(() => reject(tooLarge(most)));
    });
    request.on("end", () => done(() => resolve(Buffer.concat(parts))));
    request.on("error", (error) => done(() => reject(error)));
  });
}

const tooLarge = (bytes: number) => toWire(fail("BODY_TOO_LARGE", { limit: bytes >= 1024 ** 2 ? `${bytes / 1024 ** 2} MiB` : `${Math.floor(bytes / 1024)} KiB` }));

const parse = (bytes: Buffer): unknown => (bytes.length === 0 ? undefined : JSON.parse(bytes.toString()));
