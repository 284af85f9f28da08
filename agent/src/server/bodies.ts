import type { IncomingMessage } from "node:http";
import { fail } from "../../contract/index.ts";
import { toWire } from "../api/errors.ts";

/** Larger ones wait for their turn, unread. */
const SMALL = 256 * 1024;
/** Bytes that all larger ones may have in memory at a time. */
const SUM = 24 * 1024 ** 2;
/** A body that nothing more comes of for so long is given up, and so is one that takes for ever. */
const SILENT_MS = 60_000;
const WHOLE_MS = 300_000;

export type ReadBody = (request: IncomingMessage, largest: number) => Promise<unknown>;

/** The bodies of calls of everybody, bounded one by one and in sum. */
export function createBodies(): ReadBody {
  let used = 0;
  /** First come, first served. */
  const waiting: { bytes: number; begin: () => void }[] = [];

  function next() {
    while (waiting[0] && used + waiting[0].bytes <= SUM) {
      const { bytes, begin } = waiting.shift()!;
      used += bytes;
      begin();
    }
  }
  /** Answers what gives the bytes back. */
  async function reserve(bytes: number, request: IncomingMessage): Promise<() => void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const one = { bytes, begin: resolve };
    waiting.push(one);
    const leave = () => {
      const at = waiting.indexOf(one);
      if (at >= 0) waiting.splice(at, 1);
      reject(new Error("The connection broke"));
    };
    request.once("close", leave);
    next();
    await promise.finally(() => request.off("close", leave));
    return () => {
      used -= bytes;
      next();
    };
  }

  /** As JSON; `largest` bytes at most. */
  return async function read(request, largest) {
    const told = Number(request.headers["content-length"] ?? Number.NaN);
    // Who does not say how much comes has little to say.
    const most = Number.isSafeInteger(told) ? told : Math.min(largest, SMALL);
    if (most > largest) throw tooLarge(largest);
    if (most <= SMALL) return parse(await whole(request, most));
    const release = await reserve(most, request);
    try {
      return parse(await whole(request, most));
    } finally {
      release();
    }
  };
}

/** By events, where the framework would read by iterators: those cost a small call more than all else that is done for it. */
function whole(request: IncomingMessage, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let parts: Buffer[] = [];
    let size = 0;
    const late = () => done(() => reject(toWire(fail("BODY_TOO_LATE", { seconds: SILENT_MS / 1000 }))));
    const silent = setTimeout(late, SILENT_MS);
    const end = setTimeout(late, WHOLE_MS);
    const onData = (part: Buffer) => {
      silent.refresh();
      size += part.length;
      if (size <= most) parts.push(part);
      else done(() => reject(tooLarge(most)));
    };
    const onEnd = () => done(() => resolve(Buffer.concat(parts)));
    const onError = (error: Error) => done(() => reject(error));
    /** What has come is kept no longer than it is wanted. */
    function done(tell: () => void) {
      clearTimeout(silent);
      clearTimeout(end);
      request.off("data", onData).off("end", onEnd).off("error", onError);
      request.on("error", () => {});
      tell();
      parts = [];
    }
    request.on("data", onData).on("end", onEnd).on("error", onError);
  });
}

const tooLarge = (bytes: number) => toWire(fail("BODY_TOO_LARGE", { limit: bytes >= 1024 ** 2 ? `${bytes / 1024 ** 2} MiB` : `${Math.floor(bytes / 1024)} KiB` }));

const parse = (bytes: Buffer): unknown => (bytes.length === 0 ? undefined : JSON.parse(bytes.toString()));
