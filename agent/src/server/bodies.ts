import type { IncomingMessage } from "node:http";
import { fail, size } from "../../contract/index.ts";
import { LARGEST_OF_PEOPLE } from "../api/admit.ts";
import { toWire } from "../api/errors.ts";
import { createPool } from "./pool.ts";

const MiB = 1024 ** 2;
/** Larger ones wait for their turn, unread. */
const SMALL = 256 * 1024;
/** Bytes that bodies may have in memory at a time, each holder's and in sum; those who would be more wait, unread. */
const POOLS = {
  owners: { small: { sum: 16 * MiB, each: 16 * MiB }, large: { sum: 24 * MiB, each: 24 * MiB } },
  /** Apart from the owners', who must get through whatever people do. */
  people: { small: { sum: 8 * MiB, each: MiB }, large: { sum: 12 * MiB, each: LARGEST_OF_PEOPLE } },
};
/** A body that nothing more comes of for so long is given up, and so is one that takes for ever. */
const SILENT_MS = 60_000;
const WHOLE_MS = 300_000;

/** `person`: whose it is; null: an owner's. */
export type ReadBody = (request: IncomingMessage, largest: number, person: string | null) => Promise<unknown>;

/** The bodies of calls of everybody, bounded one by one and in sum. */
export function createBodies(): ReadBody {
  const poolsOf = ({ small, large }: (typeof POOLS)["owners"]) => ({ small: createPool(small), large: createPool(large) });
  const [owners, people] = [poolsOf(POOLS.owners), poolsOf(POOLS.people)];

  /** As JSON; `largest` bytes at most. */
  return async function read(request, largest, person) {
    const told = Number(request.headers["content-length"] ?? Number.NaN);
    // Who does not say how much comes has little to say.
    const most = Number.isSafeInteger(told) ? told : Math.min(largest, SMALL);
    if (most > largest) throw tooLarge(largest);
    const pool = (person === null ? owners : people)[most > SMALL ? "large" : "small"];
    // Without a pause where there is room, which is nearly always.
    const release = pool.take(most, person ?? "") ?? (await pool.wait(most, person ?? "", request));
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
    const onClose = () => done(() => reject(new Error("The connection broke")));
    /** What has come is kept no longer than it is wanted. */
    function done(tell: () => void) {
      clearTimeout(silent);
      clearTimeout(end);
      request.off("data", onData).off("end", onEnd).off("error", onError).off("close", onClose);
      request.on("error", () => {});
      tell();
      parts = [];
    }
    // It went away while it waited.
    if (request.destroyed) return onClose();
    request.on("data", onData).on("end", onEnd).on("error", onError).on("close", onClose);
  });
}

const tooLarge = (bytes: number) => toWire(fail("BODY_TOO_LARGE", { limit: size(bytes) }));

const parse = (bytes: Buffer): unknown => (bytes.length === 0 ? undefined : JSON.parse(bytes.toString()));
