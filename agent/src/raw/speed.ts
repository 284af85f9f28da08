import { createCipheriv, createHash } from "node:crypto";
import type { OpenSource, Upload } from "./purposes.ts";

const BLOCK = 1024 ** 2;

/** Bytes that nothing on the way can make shorter, the same for a ticket whenever they are read. */
export function madeUp(ticketId: string): OpenSource {
  const key = createHash("sha256").update(ticketId).digest();
  const block = createCipheriv("aes-256-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(BLOCK));
  return {
    read: async (offset, most) => block.subarray(offset % BLOCK, Math.min(BLOCK, (offset % BLOCK) + most)),
    close: async () => {},
  };
}

export function thrownAway(): Upload {
  return {
    sink: { write: async () => {} },
    async finish(commit) {
      commit({});
      return {};
    },
  };
}
