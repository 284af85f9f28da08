import { createHeld, type Claim, type Held } from "./claims.ts";

/** Counted places for work that is heavy for the whole server. */
export const LANES = { build: 1, dump: 1, transfer: 2 } as const;
export type Lane = keyof typeof LANES;

export type Waiting = {
  id: string;
  claims: readonly Claim[];
  lane: Lane | null;
  /** A place in its lane was free once while its claims were not: since then it reserves them. */
  passedOver: boolean;
};
/** A job that runs, or a repair: `lane` until it gave its place back. */
export type Holder = { claims: readonly Claim[]; lane: Lane | null };

export type Verdict = {
  start: string[];
  /** Those that were passed over now. */
  passedOver: string[];
  /** Held, begun now, or reserved by one that waits: nobody younger may take it. */
  held: Held;
  /** Of those that wait: what for. */
  waits: Map<string, "lane" | "claims">;
};

/**
 * Who may begin now; `queued` in the order in which they came. A job takes all of its claims at once or none, and one that
 * waits for claims reserves them against younger ones. Whoever waits for a lane reserves nothing, so that nobody waits for
 * somebody else's build; but one that a free place passed over for its claims does, since it could starve.
 */
export function schedule(
  queued: readonly Waiting[],
  holders: Iterable<Holder>,
  lanes: Readonly<Record<Lane, number>> = LANES,
): Verdict {
  const held = createHeld();
  const places: Record<Lane, number> = { ...lanes };
  for (const { claims, lane } of holders) {
    held.take(claims);
    if (lane !== null) places[lane] -= 1;
  }
  const verdict: Verdict = { start: [], passedOver: [], held, waits: new Map() };
  for (const { id, claims, lane, passedOver } of queued) {
    const place = lane === null || places[lane] > 0;
    const free = held.free(claims);
    if (place && free) {
      verdict.start.push(id);
      if (lane !== null) places[lane] -= 1;
      held.take(claims);
      continue;
    }
    verdict.waits.set(id, place ? "claims" : "lane");
    if (lane !== null && place && !passedOver) verdict.passedOver.push(id);
    if (lane === null || place || passedOver) held.take(claims);
  }
  return verdict;
}
