import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { fail } from "@aeroplane/agent/contract";
import type { Sink } from "@aeroplane/agent/lane";
import type { Offer } from "../../contract/index.ts";
import type { Slices } from "./slices.ts";

/** What a page has its part in: it takes the bytes of a download, or brings those of an upload. */
export type Offered = { direction: "down"; run(sink: Sink, gone: AbortSignal): Promise<void> } | { direction: "up"; slices: Slices };

/** One that no page comes for. */
const LIVES_MS = 10 * 60_000;
const hashOf = (secret: string) => createHash("sha256").update(secret).digest();

/** Each good for the page that was told its secret. */
export function createOffers() {
  const open = new Map<string, { hash: Buffer; offered: Offered; name: string; size: number; timer: NodeJS.Timeout }>();
  return {
    make(id: string, { name, size }: Pick<Offer, "name" | "size">, offered: Offered, onExpired: () => void): Offer {
      const secret = randomBytes(32).toString("base64url");
      const timer = setTimeout(() => open.delete(id) && onExpired(), LIVES_MS);
      timer.unref();
      open.set(id, { hash: hashOf(secret), offered, name, size, timer });
      return { id, secret, name, size };
    },
    find(id: string, secret: string) {
      const found = open.get(id);
      if (!found || !timingSafeEqual(found.hash, hashOf(secret))) throw fail("RAW_TICKET_UNKNOWN", {});
      // Its page is there: however long a file takes from now on, whoever carries it finds out when that has gone (slices.ts).
      if (found.offered.direction === "up") clearTimeout(found.timer);
      return found;
    },
    end: (id: string) => void open.delete(id),
  };
}
