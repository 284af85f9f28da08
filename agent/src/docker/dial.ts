import type { Readable } from "node:stream";
import { effect } from "../effects/index.ts";
import { actOf, type Act, type Call } from "./acts.ts";
import { silent, type Pulse } from "./pulse.ts";

type Answer = (error: unknown, found?: unknown) => void;
/** The one function of the client through which every question to the engine goes. */
export type Modem = { dial(call: Call, answer: Answer): void };

/**
 * Every call to the engine comes through here: it has a deadline that ends its request, it is an effect where it changes
 * something, and it is not begun while the engine is known to answer nothing. `most` bounds every act, for tests.
 */
export function dialWithDeadlines(modem: Modem, { pulse, most }: { pulse: Pulse; most: number }): void {
  const dial = modem.dial.bind(modem);
  modem.dial = (call, answer) => {
    const asked = async () => {
      const act = within(actOf(call), most);
      const refused = pulse.refusal(act);
      if (refused !== null && !call.path.startsWith("/_ping")) throw refused;
      const begin = () => new Promise((resolve, reject) => begun(dial, call, act, pulse, (error, found) => (error ? reject(error as Error) : resolve(found))));
      return await (act.effect === null ? begin() : effect(act.effect, begin));
    };
    asked().then((found) => answer(null, found), answer);
  };
}

function within(act: Act, most: number): Act {
  const bound = <T extends number | null | undefined>(seconds: T) => (typeof seconds === "number" ? Math.min(seconds, most) : seconds);
  return { ...act, seconds: bound(act.seconds), idleSeconds: bound(act.idleSeconds) };
}

function begun(dial: Modem["dial"], call: Call, act: Act, pulse: Pulse, answer: Answer): void {
  const { seconds } = act;
  const request = new AbortController();
  const outer = call.abortSignal;
  let answered = false;
  let stream: Readable | null = null;
  const timer = seconds === null ? undefined : setTimeout(() => expire(seconds), seconds * 1000);
  const heardBefore = pulse.answers();
  const unwatch = pulse.watch(act, breakOff);
  const leave = () => breakOff(outer!.reason);

  function release() {
    clearTimeout(timer);
    unwatch();
    outer?.removeEventListener("abort", leave);
  }
  function settle(error: unknown, found?: unknown) {
    if (answered) return;
    answered = true;
    answer(error, found);
  }
  function expire(after: number) {
    breakOff(silent(act, after));
    // It was not this act alone.
    if (pulse.answers() === heardBefore) pulse.gaveNone();
  }
  function breakOff(why: unknown) {
    release();
    // What flows already breaks off with the reason; what has not begun is answered with it.
    if (stream !== null) return void stream.destroy(why as Error);
    settle(why);
    request.abort(why);
  }

  if (outer?.aborted) return leave();
  outer?.addEventListener("abort", leave, { once: true });
  dial({ ...bodyOnly(call), abortSignal: request.signal }, (error, found) => {
    const spoke = !error || typeof (error as { statusCode?: unknown }).statusCode === "number";
    if (spoke) pulse.answered();
    // Of an act with a time of its own the opening is what was asked for; others last as long as their stream.
    if (error || !call.isStream || seconds !== null) release();
    else stream = follow(found as Readable, act, release);
    settle(error || null, found);
  });
}

/** What is made is described in the body, of which these alone belong into the address. */
const MADE: Record<string, readonly string[]> = { "/containers/create?": ["name", "platform"], "/networks/create?": [], "/volumes/create?": [] };

/**
 * The client would put a whole description into the address as well: with large variables the engine refuses that (431), and
 * whatever writes down its requests would write down secrets.
 */
function bodyOnly(call: Call): Call {
  const named = MADE[call.path];
  if (named === undefined || call.options === undefined) return call;
  const split = (wanted: boolean) => Object.fromEntries(Object.entries(call.options!).filter(([key]) => named.includes(key) === wanted));
  return { ...call, options: { _query: split(true), _body: split(false) } };
}

type Timed = Readable & { setTimeout?: (ms: number, act: () => void) => void };

function follow(stream: Timed, act: Act, release: () => void): Readable {
  const { idleSeconds } = act;
  stream.once("close", release);
  if (idleSeconds !== undefined) stream.setTimeout?.(idleSeconds * 1000, () => stream.destroy(silent(act, idleSeconds)));
  return stream;
}
