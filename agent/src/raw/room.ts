import { fail, type RawTicket } from "../../contract/index.ts";
import { createDigest, type Digest } from "../../lane/index.ts";
import type { Caller } from "../api/who.ts";
import type { Core } from "../core.ts";
import { createSerial, type Serial } from "../network/serial.ts";
import { findRawTicket, rawTicketsOf, type RawTicketRow } from "../store/index.ts";
import { purposes, type Purpose, type Upload } from "./purposes.ts";
import { dropSpool, halfOf, spool, sweepSpools } from "./spool.ts";
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
  /** Those that began first come first. */
  const uploads = new Map<string, Begun>();
  /** Logs are copied one after the other for each holder, so that none has more than his share. */
  const turns = new Map<string, Serial>();
  const making = new Set<string>();

  /** What came in part is forgotten with its ticket, and whoever carries it is told. */
  async function end(id: string): Promise<void> {
    tickets.end(id);
    await streams.end(id);
    digests.delete(id);
    uploads.delete(id);
    await dropSpool(paths.rawFile(id));
  }
  function issue(caller: Caller, ticket: NewTicket): RawTicket {
    const issued = tickets.issue(caller, ticket);
    clock.after(issued.expiresAt - clock.now() + 1000, () => void end(issued.id).catch(() => {}));
    return issued;
  }
  /** What an earlier life left, and what expired in it. */
  async function sweep(): Promise<void> {
    const open = tickets.sweep();
    await sweepSpools(paths.rawTmp, new Set([...open, ...[...making].flatMap((id) => [id, halfOf(id)])]));
  }

  async function copyLog(caller: Caller, { id, about, name }: NewLog, lines: () => AsyncIterable<string>): Promise<RawTicket> {
    await sweep();
    const made = findRawTicket(db, id);
    if (made) return issue(caller, { id, purpose: "log", about, name, size: made.size });
    const own = rawTicketsOf(db, { login: caller.login, personId: caller.personId ?? null, purpose: "log" }, clock.now());
    const idle = own.filter((each) => !streams.busy(each.id));
    for (const { id: oldest } of idle.slice(0, Math.max(0, own.length - LOGS_EACH + 1))) await end(oldest);
    making.add(id);
    try {
      const size = await spool(paths.rawFile(id), lines(), purposes.log.largest);
      return issue(caller, { id, purpose: "log", about, name, size });
    } finally {
      making.delete(id);
    }
  }

  return {
    issue,
    admit: tickets.admit,
    streams,
    end,
    sweep,
    /** As text that does not change any more; the oldest that one holder left lying goes. */
    issueLog(caller: Caller, log: NewLog, lines: () => AsyncIterable<string>): Promise<RawTicket> {
      const holder = `${caller.login} ${caller.personId}`;
      const turn = turns.get(holder) ?? createSerial();
      turns.set(holder, turn);
      return turn(() => copyLog(caller, log, lines));
    },
    digestOf(id: string): Digest {
      const known = digests.get(id) ?? createDigest();
      digests.set(id, known);
      return known;
    },
    /** What has come of it in this life of the agent; where there are too many, the oldest that nobody carries begins anew. */
    uploadOf(ticket: RawTicketRow, purpose: Extract<Purpose, { direction: "up" }>): Begun {
      const known = uploads.get(ticket.id);
      if (known) return known;
      if (uploads.size >= UPLOADS) {
        const left = [...uploads.keys()].find((id) => !streams.busy(id));
        if (left === undefined) throw fail("RAW_BUSY", { count: UPLOADS });
        uploads.delete(left);
      }
      const begun = { ...purpose.begin(core, ticket), digest: createDigest() };
      uploads.set(ticket.id, begun);
      return begun;
    },
    /** It begins anew. */
    forgetUpload: (id: string) => void uploads.delete(id),
    commit: (id: string, result: unknown) => tickets.end(id, result),
  };
}
export type RawRoom = ReturnType<typeof createRawRoom>;
type NewLog = Omit<NewTicket, "purpose" | "size">;
