import type { JobRow } from "../store/index.ts";
import type { Claim } from "./claims.ts";
import { schedule, type Holder, type Lane, type Verdict, type Waiting } from "./schedule.ts";

/** A job that has not ended, as the line knows it. */
export type Member = {
  job: JobRow;
  claims: readonly Claim[];
  lane: Lane | null;
  passedOver: boolean;
  /** Jobs of its group that must end before it stands in the line. */
  blockedBy: Set<string>;
};

/** All jobs that have not ended, and the repairs of the moment: who holds what, and who comes next. */
export function createLine() {
  const members = new Map<string, Member>();
  const repairs = new Set<Holder>();
  let last: Verdict["waits"] = new Map();

  const inLine = ({ job, blockedBy }: Member) => job.state === "queued" && blockedBy.size === 0;
  const byPlace = (a: Member, b: Member) => a.job.queuedAt - b.job.queuedAt || (a.job.id < b.job.id ? -1 : 1);

  function verdict(): Verdict {
    const all = [...members.values()];
    const queued = all.filter(inLine).sort(byPlace);
    const holders: Holder[] = [...all.filter(({ job }) => job.state === "running"), ...repairs];
    return schedule(queued.map(({ job, claims, lane, passedOver }): Waiting => ({ id: job.id, claims, lane, passedOver })), holders);
  }

  return {
    add: (member: Member) => void members.set(member.job.id, member),
    find: (id: string) => members.get(id),
    all: () => [...members.values()],
    /** Who waits for one waits for another in its place. */
    succeed(id: string, by: string): void {
      for (const { job, blockedBy } of members.values()) if (blockedBy.delete(id) && job.id !== by) blockedBy.add(by);
    },
    remove: (id: string) => members.delete(id),
    /** Those that begin now, oldest first; from here on they hold what they claim. */
    next(): Member[] {
      const { start, passedOver, waits } = verdict();
      for (const id of passedOver) members.get(id)!.passedOver = true;
      last = waits;
      return start.map((id) => members.get(id)!);
    },
    /** Of one that waits: for a place in its lane, or for what others hold. */
    waitsFor: (id: string) => last.get(id) ?? null,
    isFree: (claims: readonly Claim[]) => verdict().held.free(claims),
    /** Holds them now, or not at all: a repair stands in no line and takes nothing that somebody waits for. */
    hold(claims: readonly Claim[]): (() => void) | null {
      if (!verdict().held.free(claims)) return null;
      const holder: Holder = { claims, lane: null };
      repairs.add(holder);
      return () => void repairs.delete(holder);
    },
  };
}
export type Line = ReturnType<typeof createLine>;
