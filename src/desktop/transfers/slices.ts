import { setTimeout as pause } from "node:timers/promises";
import { fail } from "@aeroplane/agent/contract";
import { STREAM_WINDOW, type Source } from "@aeroplane/agent/lane";

/** Slices that are here and not yet with the server: one is sent while the next one comes. */
const AHEAD = 3;
/** What the server has may be read once more, where a hash goes back to its last mark: bytes. */
const BEHIND = STREAM_WINDOW;
/** A page that brings nothing more for so long was closed. */
const SILENT_MS = 30_000;

export type Slices = Source & {
  /** A part, in its order; resolves when the next one may come. */
  bring(at: number, bytes: Uint8Array): Promise<void>;
  /** All before it is with the server: it is not needed again. */
  taken(at: number): void;
  /** Nothing more will be read or brought. */
  end(why: Error): void;
};

/** A file that a browser brings in slices, as a source: whatever a broken connection may ask for again is still here. */
export function createSlices(size: number): Slices {
  let parts: { at: number; bytes: Uint8Array }[] = [];
  let brought = 0;
  let ended: Error | null = null;
  let changed = Promise.withResolvers<void>();
  const tell = () => {
    changed.resolve();
    changed = Promise.withResolvers<void>();
  };
  const until = async (holds: () => boolean) => {
    while (!holds()) {
      if (ended) throw ended;
      await changed.promise;
    }
  };
  /** How many of them are not with the server. */
  let has = 0;
  const ahead = () => parts.filter((part) => part.at + part.bytes.length > has).length;
  return {
    async bring(at, bytes) {
      if (ended) throw ended;
      if (at !== brought || at + bytes.length > size) throw fail("RAW_OFFSET", { wanted: brought, given: at });
      parts.push({ at, bytes });
      brought += bytes.length;
      tell();
      await until(() => ahead() < AHEAD);
    },
    async read(offset, most) {
      const silent = new AbortController();
      const late = pause(SILENT_MS, undefined, { signal: silent.signal }).then(() => Promise.reject(fail("CANCELLED", { what: "The upload" })));
      late.catch(() => {});
      await Promise.race([until(() => offset < brought), late]).finally(() => silent.abort());
      const part = parts.find(({ at, bytes }) => offset >= at && offset < at + bytes.length);
      // The server began anew and wants what the page has brought long ago.
      if (!part) throw fail("INTERRUPTED", { what: "The upload" });
      return part.bytes.subarray(offset - part.at, Math.min(part.bytes.length, offset - part.at + most));
    },
    taken(at) {
      has = Math.max(has, at);
      parts = parts.filter((part) => part.at + part.bytes.length > has - BEHIND);
      tell();
    },
    end(why) {
      ended ??= why;
      tell();
    },
  };
}
