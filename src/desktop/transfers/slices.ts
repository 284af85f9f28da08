import { fail } from "@aeroplane/agent/contract";
import type { Source } from "@aeroplane/agent/lane";

/** Slices that are here and not yet with the server: one is sent while the next one comes. */
const AHEAD = 3;

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
  return {
    async bring(at, bytes) {
      if (ended) throw ended;
      if (at !== brought || at + bytes.length > size) throw fail("RAW_OFFSET", { wanted: brought, given: at });
      parts.push({ at, bytes });
      brought += bytes.length;
      tell();
      await until(() => parts.length < AHEAD);
    },
    async read(offset, most) {
      await until(() => offset < brought);
      const part = parts.find(({ at, bytes }) => offset >= at && offset < at + bytes.length);
      if (!part) throw new Error(`Byte ${offset} is no longer here`);
      return part.bytes.subarray(offset - part.at, Math.min(part.bytes.length, offset - part.at + most));
    },
    taken(at) {
      const before = parts.length;
      parts = parts.filter((part) => part.at + part.bytes.length > at);
      if (parts.length < before) tell();
    },
    end(why) {
      ended ??= why;
      tell();
    },
  };
}
