import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { fail, size as inWords, type RawTicket } from "../../contract/index.ts";
import { mayAct, whoAsks, type Caller } from "../api/who.ts";
import type { Core } from "../core.ts";
import { createRawTicket, endRawTicket, findRawTicket, forgetRawTickets, openRawTickets, renewRawTicket, type RawTicketRow } from "../store/index.ts";
import { AGENT_VERSION } from "../version.ts";
import { purposeOf, purposes, type Purpose, type PurposeName } from "./purposes.ts";

export type NewTicket = { id: string; purpose: PurposeName; about: unknown; size: number; name: string };
export type Admitted = { ticket: RawTicketRow; purpose: Purpose };

/** An expired one is forgotten after so long. */
const FORGOTTEN_MS = 3600_000;

const hashOf = (secret: string) => createHash("sha256").update(secret).digest("hex");

/** Who may take or send what, once. */
export function createTickets({ db, clock, trial }: Pick<Core, "db" | "clock" | "trial">) {
  return {
    /** The ticket of a call; asked again, the same one with another secret, since an answer that was lost may have been heard. */
    issue({ login, personId, desktop }: Caller, { id, purpose, about, size, name }: NewTicket): RawTicket {
      const secret = randomBytes(32).toString("base64url");
      const { seconds, largest } = purposes[purpose];
      if (size > largest) throw fail("RAW_TOO_LARGE", { what: name, limit: inWords(largest) });
      const made = findRawTicket(db, id);
      const now = clock.now();
      forgetRawTickets(db, now - FORGOTTEN_MS);
      if (made) renewRawTicket(db, id, hashOf(secret));
      else {
        const whose = { login, personId: personId ?? null, desktop };
        createRawTicket(db, { id, secretHash: hashOf(secret), purpose, about: JSON.stringify(about), ...whose, size, createdAt: now, expiresAt: now + seconds * 1000 });
      }
      return { id, secret, size: made?.size ?? size, name, expiresAt: made?.expiresAt ?? now + seconds * 1000 };
    },

    /** Before a byte of a body is read. One refusal for unknown, foreign and expired, so that nobody learns which; then the role of now. */
    admit(caller: Caller, id: string, secret: string): Admitted {
      const ticket = findRawTicket(db, id);
      const purpose = ticket && purposeOf(ticket);
      const given = Buffer.from(hashOf(secret));
      const same = timingSafeEqual(given, Buffer.from(ticket?.secretHash ?? "".padEnd(given.length)));
      const own = ticket?.login === caller.login && ticket.personId === (caller.personId ?? null);
      // It is back soon, by itself or with the agent before it.
      if (trial) throw fail("STORE_IN_TRIAL", { version: AGENT_VERSION });
      if (!ticket || !purpose || !same || !own || ticket.expiresAt <= clock.now()) throw fail("RAW_TICKET_UNKNOWN", {});
      const { role, name } = whoAsks(db, caller);
      if (!mayAct(role, purpose.role)) throw fail("ROLE_REFUSED", { needed: purpose.role, role, name: name ?? "This login" });
      return { ticket, purpose };
    },

    end: (id: string): void => void endRawTicket(db, id, clock.now(), null),
    /** In the transaction of what was sent for; one that has ended meanwhile takes that transaction along. */
    commit(id: string, result: unknown): void {
      if (endRawTicket(db, id, clock.now(), JSON.stringify(result)) === 0) throw fail("RAW_TICKET_UNKNOWN", {});
    },
    /** Those that may still be presented. */
    open: () => openRawTickets(db, clock.now()),
  };
}
