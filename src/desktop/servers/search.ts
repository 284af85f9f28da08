import { toProblem, type Problem } from "@aeroplane/agent/contract";
import { NeedsPerson } from "../ssh/sign-in.ts";
import { after } from "./after.ts";
import type { LinkEvent } from "./connection.ts";
import { mendedByTime, waitAfter } from "./pace.ts";
import type { Session } from "./session.ts";

/** A session, or why there will be none without a person; null: called off. */
export type Found = { session: Session } | { ended: LinkEvent } | null;

export type Search = {
  found: Promise<Found>;
  /** Something changed: the pause before the next try is over. */
  nudge(): void;
  /** The old session answers again. A try that got as far as the host is carried to its end, then closed: servers count broken-off logins. */
  callOff(): void;
};

export type Attempt = (options: { signal: AbortSignal; onHandshake: () => void }) => Promise<Session>;
type Options = {
  attempt: Attempt;
  /** When the server was last heard. */
  since: number;
  /** When the first try is due; now, where nothing is said. */
  startAt?: number;
  onFailed: (event: LinkEvent) => void;
  signal: AbortSignal;
  now: () => number;
};

/** No two tries begin within less, however fast they fail. */
const APART = 700;

/** Tries again and again, one try at a time, until there is a session. Nobody is ever asked here. */
export function beginSearch({ attempt, since, startAt = 0, onFailed, signal, now }: Options): Search {
  const off = new AbortController();
  const stopped = AbortSignal.any([signal, off.signal]);
  let nudged = new AbortController();
  /** From when the tries are counted as long ones: what changed here may bring the way back in a moment. */
  let counted = since;
  let shaking = false;
  let current = new AbortController();

  /** Ends early when something changed. */
  function rest(upTo: number): Promise<void> {
    nudged = new AbortController();
    return after(upTo - now(), AbortSignal.any([stopped, nudged.signal]));
  }

  async function run(): Promise<Found> {
    if (startAt > now()) await rest(startAt);
    while (!stopped.aborted) {
      const began = now();
      shaking = false;
      current = new AbortController();
      try {
        const session = await attempt({ signal: AbortSignal.any([signal, current.signal]), onHandshake: () => (shaking = true) });
        if (!stopped.aborted) return { session };
        session.close();
      } catch (error) {
        if (stopped.aborted) return null;
        const event = judged(error, now(), counted, began);
        if (event.type !== "failed" || !event.again) return { ended: event };
        onFailed(event);
        await rest(event.nextAt);
      }
    }
    return null;
  }

  return {
    found: run(),
    nudge() {
      counted = now();
      nudged.abort();
    },
    callOff() {
      off.abort();
      if (!shaking) current.abort();
    },
  };
}

function judged(error: unknown, at: number, since: number, began: number): LinkEvent & { type: "failed" | "needs-person" } {
  if (error instanceof NeedsPerson) return { type: "needs-person" };
  return failedTry(toProblem(error), { at, since, began, again: true });
}

/** `again`: only if time may mend it, too. */
export function failedTry(problem: Problem, { at, since, began, again }: { at: number; since: number; began: number; again: boolean }): Extract<LinkEvent, { type: "failed" }> {
  const nextAt = Math.max(at + waitAfter(problem, { away: at - since, took: at - began }), began + APART);
  return { type: "failed", nextAt, problem, again: again && mendedByTime(problem) };
}
