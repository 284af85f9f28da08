import { fail, type RawTicket } from "../../contract/index.ts";
import { createDigest, type Digest } from "../../lane/index.ts";
import type { Caller } from "../api/who.ts";
import type { Core } from "../core.ts";
import { createSerial, type Serial } from "../network/serial.ts";
import { brokenBound, SHARES } from "../people/shares.ts";
import { findRawTicket, rawTicketsOf, type RawTicketRow } from "../store/index.ts";
import { purposes, type Purpose, type Upload } from "./purposes.ts";
import { dropSpool, halfOf, spool, sweepSpools } from "./spool.ts";
import { createStreams } from "./streams.ts";
import { createTickets, type NewTicket } from "./tickets.ts";

/** Logs that one person may have waiting: each is a copy on the disk. */
const LOGS_EACH = 4;

type Begun = Upload & { digest: Digest; inMemory: boolean; personId: string | null };

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
  const endAt = ({ id, expiresAt }: Pick<RawTicket, "id" | "expiresAt">) => void clock.after(expiresAt - clock.now() + 1000, () => void end(id).catch(() => {}));
  function issue(caller: Caller, ticket: NewTicket): RawTicket {
    const issued = tickets.issue(caller, ticket);
    endAt(issued);
    return issued;
  }

  async function copyLog(caller: Caller, { id, about, name }: NewLog, lines: () => AsyncIterable<string>): Promise<RawTicket> {
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
    /** What an earlier life left: its copies end when their tickets do. */
    async sweep(): Promise<void> {
      for (const open of tickets.open()) endAt(open);
      await sweepSpools(paths.rawTmp, () => new Set([...tickets.open().map(({ id }) => id), ...[...making].flatMap((id) => [id, halfOf(id)])]));
    },
    /** As text that does not change any more; the oldest that one holder left lying goes. */
    issueLog(caller: Caller, log: NewLog, lines: () => AsyncIterable<string>, signal?: AbortSignal): Promise<RawTicket> {
      const holder = holderOf(caller);
      const turn = turns.get(holder) ?? createSerial();
      turns.set(holder, turn);
      return turn(() => {
        // Nobody waits for it any more: a copy that ends early must never pass for a whole one.
        signal?.throwIfAborted();
        return copyLog(caller, log, lines);
      });
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
      const { inMemory } = purpose;
      const held = [...uploads].filter(([, one]) => one.inMemory);
      const broken = inMemory ? brokenBound(SHARES.uploads, held.map(([, one]) => one.personId), ticket.personId) : null;
      if (broken !== null) {
        const left = held.find(([id, one]) => broken.counts(one.personId) && !streams.busy(id));
        if (left === undefined) throw fail("RAW_BUSY", { who: broken.who, count: broken.bound, what: "uploads" });
        uploads.delete(left[0]);
      }
      const begun: Begun = { ...purpose.begin(core, ticket), digest: createDigest(), inMemory, personId: ticket.personId };
      uploads.set(ticket.id, begun);
      return begun;
    },
    /** Bytes of it; none where nothing has come in this life. */
    offsetOf: (id: string): number => uploads.get(id)?.digest.at() ?? 0,
    /** It begins anew, or has ended. */
    forgetUpload: (id: string) => void uploads.delete(id),
    commit: tickets.commit,
  };
}
export type RawRoom = ReturnType<typeof createRawRoom>;
/** People share a login, and an owner has one of his own. */
export const holderOf = ({ login, personId }: Pick<Caller, "login" | "personId">): string => `${login} ${personId ?? ""}`;
type NewLog = Omit<NewTicket, "purpose" | "size">;
