import type { Hello } from "@aeroplane/agent/contract";
import { after } from "./after.ts";
import type { LinkEvent } from "./connection.ts";
import { beginSearch, type Attempt, type Search } from "./search.ts";
import type { Session } from "./session.ts";

/** Milliseconds between two beats: of a server that is looked at, and of one that is only there. */
const BEAT = { used: 3000, idle: 10_000 };
/** How long a beat may be unanswered before the server counts as silent: some round trips, within these bounds. */
const PATIENCE = { least: 1500, most: 5000, woken: 1000, roundTrips: 6 };
/** How long a silent session is kept beside the search for another one, and an agent waited for over a living connection. */
const GIVEN_UP = { server: 12_000, agent: 20_000 };

type Heard = "alive" | "gone" | "mute";
type Deps = {
  attempt: Attempt;
  dispatch: (event: LinkEvent) => void;
  onSeen: (hello: Hello) => void;
  /** An answer came, whichever beat asked for it. */
  onAlive: () => void;
  now: () => number;
};

export type Hold = ReturnType<typeof createHold>;

/** The hold on one session after the other. `doubt` and `woken` ask at once whether the present one still lives. */
export function createHold({ attempt, dispatch, onSeen, onAlive, now }: Deps) {
  let poke = () => {};
  let hurry = false;
  /** The search for another session beside the present one, or after it. */
  const beside: { search?: Search } = {};
  let roundTrip = 0;

  /** Until this session is replaced by another, which is answered; null when there is none to be had. */
  async function keep(current: Session, signal: AbortSignal): Promise<Session | null> {
    const gone = until(current, signal);
    for (let seen = now(); ; seen = now()) {
      await nextBeat(current, gone);
      const patience = hurry ? PATIENCE.woken : Math.min(PATIENCE.most, Math.max(PATIENCE.least, roundTrip * PATIENCE.roundTrips));
      hurry = false;
      const asked = ask(current, gone);
      const heard = await Promise.race([asked, after(patience, undefined, "silent" as const)]);
      if (heard === "alive") continue;
      // Where silences follow each other, the way or the server is slow: each makes the next one come later.
      if (heard === "silent") roundTrip = Math.max(roundTrip, patience / PATIENCE.roundTrips) * 1.3;
      const next = await regain(current, asked, { heard, seen, gone, signal });
      if (next !== current) return next;
    }
  }

  /** From the first silence on: the same session again, or another one. */
  async function regain(current: Session, asked: Promise<Heard>, at: { heard: Heard | "silent"; seen: number; gone: AbortSignal; signal: AbortSignal }): Promise<Session | null> {
    const { seen, gone, signal } = at;
    const started = now();
    const look = () => (beside.search ??= beginSearch({ attempt, since: seen, onFailed: dispatch, signal, now }));
    let { heard } = at;
    let pending = asked;
    delete beside.search;
    while (heard !== "gone") {
      const away = heard === "mute" ? "agent" : "server";
      const left = GIVEN_UP[away] - (now() - started);
      dispatch({ type: "missed-beat", at: seen, away });
      if (left <= 0) break;
      if (away === "agent") {
        // The way to the server stands: nothing to look for, the agent is asked again soon.
        callOff();
        await after(Math.min(left, 250), gone);
        pending = ask(current, gone);
      }
      const within = after(away === "agent" ? Math.min(left, PATIENCE.most) : left, undefined, "silent" as const);
      const outcome = await Promise.race(away === "agent" ? [pending, within] : [pending, within, sessionOf(look())]);
      if (typeof outcome !== "string") return replace(current, outcome);
      if (outcome === "alive") {
        callOff();
        dispatch({ type: "beat" });
        return current;
      }
      heard = outcome;
    }
    if (signal.aborted) return null;
    dispatch({ type: "lost", at: now() });
    current.close();
    const result = await look().found;
    delete beside.search;
    if (result && "ended" in result) dispatch(result.ended);
    return result && "session" in result ? result.session : null;
  }

  function replace(old: Session, fresh: Session): Session {
    delete beside.search;
    old.close();
    return fresh;
  }

  function callOff(): void {
    beside.search?.callOff();
    delete beside.search;
  }

  /** Never fails: no answer at all keeps it waiting. */
  async function ask(current: Session, gone: AbortSignal): Promise<Heard> {
    if (gone.aborted) return "gone";
    const sent = performance.now();
    try {
      const hello = await current.ping(gone);
      const took = performance.now() - sent;
      roundTrip = roundTrip === 0 ? took : roundTrip * 0.8 + took * 0.2;
      onSeen(hello);
      onAlive();
      return "alive";
    } catch {
      return gone.aborted ? "gone" : "mute";
    }
  }

  function nextBeat(current: Session, gone: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        gone.removeEventListener("abort", end);
        poke = () => {};
        resolve();
      };
      const timer = setTimeout(end, current.agent.inUse() ? BEAT.used : BEAT.idle);
      if (gone.aborted) return end();
      gone.addEventListener("abort", end, { once: true });
      poke = end;
    });
  }

  return {
    keep,
    /** A call is unanswered or broke: is it the server? */
    doubt: () => poke(),
    /** The computer slept, or is in another network. */
    woken() {
      hurry = true;
      poke();
      beside.search?.nudge();
    },
  };
}

/** Fires when the session is closed, by whichever side, or no longer wanted. */
function until(current: Session, signal: AbortSignal): AbortSignal {
  const gone = new AbortController();
  void current.closed.then(() => gone.abort());
  return AbortSignal.any([signal, gone.signal]);
}

/** Without one it never answers: the old session is waited for as long as that makes sense. */
async function sessionOf({ found }: Search): Promise<Session> {
  const result = await found;
  return result && "session" in result ? result.session : new Promise(() => {});
}
