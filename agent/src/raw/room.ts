import { fail, type RawTicket } from "../../contract/index.ts";
import { createDigest, type Digest } from "../../lane/index.ts";
import type { Caller } from "../api/who.ts";
import type { Core } from "../core.ts";
import { findRawTicket, rawTicketsOf, type RawTicketRow } from "../store/index.ts";
import { purposes, type Purpose, type Upload } from "./purposes.ts";
import { dropSpool, spool, sweepSpools } from "./spool.ts";
import { createStreams } from "./streams.ts";
import { createTickets, type NewTicket } from "./tickets.ts";

/** Logs that one person may have waiting: each is a copy on the disk. */
const LOGS_EACH = 4;
/** Uploads that have begun, of everybody: each is held in memory, 1 MiB at most. */
const UPLOADS = 8;

export type Begun = Upload & { digest: Digest };

/** Tickets, what waits to be taken, and what has come in part. */
export function createRawRoom(core: Core) {
  const { db, paths, clock } = core;
  const tickets = createTickets(core);
  const streams = createStreams();
  /** Of downloads, by ticket: what was sent may not have come. */
  const digests = new Map<string, Digest>();
  const uploads = new Map<string, Begun>();

  async function drop(id: string): Promise<void> {
    digests.delete(id);
    uploads.delete(id);
    if (!streams.busy(id)) await dropSpool(paths.rawFile(id));
  }
  async function end(id: string, result?: unknown): Promise<void> {
    tickets.end(id, result);
    await drop(id);
  }
  /** What came in part is forgotten with its ticket. */
  function issue(caller: Caller, ticket: NewTicket): RawTicket {
    const issued = tickets.issue(caller, ticket);
    clock.after(issued.expiresAt - clock.now() + 1000, () => {
      streams.end(issued.id);
      void drop(issued.id).catch(() => {});
    });
    return issued;
  }

  return {
    issue,
    admit: tickets.admit,
    streams,
    end,
    /** As text that does not change any more; the oldest that one holder left lying goes. */
    async issueLog(caller: Caller, { id, about, name }: Omit<NewTicket, "purpose" | "size">, lines: () => AsyncIterable<string>): Promise<RawTicket> {
      const made = findRawTicket(db, id);
      if (made) return issue(caller, { id, purpose: "log", about, name, size: made.size });
      const own = rawTicketsOf(db, { login: caller.login, personId: caller.personId ?? null, purpose: "log" }, clock.now());
      for (const { id: oldest } of own.filter((each) => !streams.busy(each.id)).slice(0, Math.max(0, own.length - LOGS_EACH + 1))) await end(oldest);
      const size = await spool(paths.rawFile(id), lines(), purposes.log.largest);
      return issue(caller, { id, purpose: "log", about, name, size });
    },
    digestOf(id: string): Digest {
      const known = digests.get(id) ?? createDigest();
      digests.set(id, known);
      return known;
    },
    /** What has come of it in this life of the agent. */
    uploadOf(ticket: RawTicketRow, purpose: Extract<Purpose, { direction: "up" }>): Begun {
      const known = uploads.get(ticket.id);
      if (known) return known;
      if (uploads.size >= UPLOADS) throw fail("RAW_BUSY", { count: UPLOADS });
      const begun = { ...purpose.begin(core, ticket), digest: createDigest() };
      uploads.set(ticket.id, begun);
      return begun;
    },
    /** It begins anew. */
    forgetUpload: (id: string) => void uploads.delete(id),
    commit: (id: string, result: unknown) => tickets.end(id, result),
    /** What an earlier life left. */
    sweep: () => sweepSpools(paths.rawTmp, tickets.sweep()),
  };
}
export type RawRoom = ReturnType<typeof createRawRoom>;
