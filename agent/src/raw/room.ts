import { fail, type RawTicket } from "../../contract/index.ts";
import { createDigest, type Digest } from "../../lane/index.ts";
import type { Caller } from "../api/who.ts";
import type { Core } from "../core.ts";
import { createSerial, type Serial } from "../network/serial.ts";
import { brokenBound, SHARES } from "../people/shares.ts";
import { findRawTicket, rawTicketsOf, unfinishedRawTickets, type RawTicketRow } from "../store/index.ts";
import { purposeOf, purposes, type Purpose, type Upload } from "./purposes.ts";
import { dropSpool, halfOf, spool, sweepSpools } from "./spool.ts";
import { createStreams } from "./streams.ts";
import { createTickets, type NewTicket } from "./tickets.ts";

/** Of each purpose, so many may wait for one person: each is a file on the disk. */
const COPIES_EACH = 4;

type Begun = Upload & { digest: Digest; held: boolean; personId: string | null };

/** Tickets, what waits to be taken, and what has come in part. */
export function createRawRoom(core: Core) {
  const { db, paths, clock } = core;
  const tickets = createTickets(core);
  const streams = createStreams();
  /** Of downloads, by ticket: what was sent may not have come. */
  const digests = new Map<string, Digest>();
  /** Those that began first come first. */
  const uploads = new Map<string, Begun>();
  /** Copies are made one after the other for each holder, so that none has more than his share. */
  const turns = new Map<string, Serial>();
  const making = new Set<string>();

  /** What came in part is forgotten with its ticket, and whoever carries it is told. */
  async function end(id: string): Promise<void> {
    tickets.end(id);
    await streams.end(id);
    digests.delete(id);
    await forgetUpload(id);
    await dropSpool(paths.rawFile(id));
  }
  async function forgetUpload(id: string): Promise<void> {
    const upload = uploads.get(id);
    uploads.delete(id);
    // What cannot be removed now is looked for when the agent starts.
    await upload?.drop?.().catch(() => {});
  }
  const endAt = ({ id, expiresAt }: Pick<RawTicket, "id" | "expiresAt">) => void clock.after(expiresAt - clock.now() + 1000, () => void end(id).catch(() => {}));
  function issue(caller: Caller, ticket: NewTicket): RawTicket {
    const issued = tickets.issue(caller, ticket);
    endAt(issued);
    return issued;
  }

  async function makeCopy(caller: Caller, { id, purpose, about, name }: NewCopy, make: (path: string) => Promise<number>): Promise<RawTicket> {
    const made = findRawTicket(db, id);
    if (made) return issue(caller, { id, purpose, about, name, size: made.size });
    const own = rawTicketsOf(db, { login: caller.login, personId: caller.personId ?? null, purpose }, clock.now());
    const idle = own.filter((each) => !streams.busy(each.id));
    for (const { id: oldest } of idle.slice(0, Math.max(0, own.length - COPIES_EACH + 1))) await end(oldest);
    making.add(id);
    try {
      return issue(caller, { id, purpose, about, name, size: await make(paths.rawFile(id)) });
    } finally {
      making.delete(id);
    }
  }

  /** Of a file that is made for it, whose size `make` answers; the oldest that one holder left lying goes. */
  function issueMade(caller: Caller, copy: NewCopy, make: (path: string) => Promise<number>, signal?: AbortSignal): Promise<RawTicket> {
    const holder = holderOf(caller);
    const turn = turns.get(holder) ?? createSerial();
    turns.set(holder, turn);
    return turn(() => {
      // Nobody waits for it any more: a copy that ends early must never pass for a whole one.
      signal?.throwIfAborted();
      return makeCopy(caller, copy, make);
    });
  }

  return {
    issue,
    admit: tickets.admit,
    streams,
    end,
    /** What an earlier life left: its copies end when their tickets do. */
    async sweep(): Promise<void> {
      for (const open of tickets.open()) endAt(open);
      for (const ticket of unfinishedRawTickets(db)) {
        const purpose = purposeOf(ticket);
        // One that cannot be looked at now may be later: it keeps nobody from starting.
        if (purpose?.direction === "up") await purpose.sweep?.(ticket).catch(() => {});
      }
      await sweepSpools(paths.rawTmp, () => new Set([...tickets.open().map(({ id }) => id), ...[...making].flatMap((id) => [id, halfOf(id)])]));
    },
    /** As text that does not change any more. */
    issueLog: (caller: Caller, log: NewLog, lines: () => AsyncIterable<string>, signal?: AbortSignal): Promise<RawTicket> =>
      issueMade(caller, { ...log, purpose: "log" }, (path) => spool(path, lines(), purposes.log.largest), signal),
    issueMade,
    digestOf(id: string): Digest {
      const known = digests.get(id) ?? createDigest();
      digests.set(id, known);
      return known;
    },
    /** What has come of it in this life of the agent; where there are too many, the oldest that nobody carries begins anew. */
    uploadOf(ticket: RawTicketRow, purpose: Extract<Purpose, { direction: "up" }>): Begun {
      const known = uploads.get(ticket.id);
      if (known) return known;
      const held = [...uploads].filter(([, one]) => one.held);
      const broken = purpose.held ? brokenBound(SHARES.uploads, held.map(([, one]) => one.personId), ticket.personId) : null;
      if (broken !== null) {
        const left = held.find(([id, one]) => broken.counts(one.personId) && !streams.busy(id));
        if (left === undefined) throw fail("RAW_BUSY", { who: broken.who, count: broken.bound, what: "uploads" });
        void forgetUpload(left[0]);
      }
      const begun: Begun = { ...purpose.begin(core, ticket), digest: createDigest(), held: purpose.held, personId: ticket.personId };
      uploads.set(ticket.id, begun);
      return begun;
    },
    /** Bytes of it; none where nothing has come in this life. */
    offsetOf: (id: string): number => uploads.get(id)?.digest.at() ?? 0,
    /** It begins anew, or has ended. */
    forgetUpload,
    commit: tickets.commit,
  };
}
export type RawRoom = ReturnType<typeof createRawRoom>;
/** People share a login, and an owner has one of his own. */
export const holderOf = ({ login, personId }: Pick<Caller, "login" | "personId">): string => `${login} ${personId ?? ""}`;
type NewCopy = Omit<NewTicket, "size">;
type NewLog = Omit<NewCopy, "purpose">;
