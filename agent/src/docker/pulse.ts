import { fail, Failure } from "../../contract/problem.ts";
import type { Act } from "./acts.ts";

/** While it is silent it is asked again after so long. */
const AGAIN_MS = 1000;

export type Pulse = {
  /** Since when it answers nothing, in milliseconds since the epoch; null: it answers, or nobody has asked. */
  silentSince(): number | null;
  /** When it was asked last without having answered anything since; null: it owes no answer. */
  owesSince(): number | null;
  /** It gave an answer, whichever. */
  answered(): void;
  /** How many answers it has given. */
  answers(): number;
  /** An act's whole time has passed without an answer to anything: nobody has to be asked to know that it is silent. */
  gaveNone(): void;
  /** Calls back when it falls silent, with since when, until what it returns is called. */
  onSilent(listener: (since: number) => void): () => void;
  /** Calls back at each first answer after a silence, until what it returns is called. */
  onHeardAgain(listener: () => void): () => void;
  /** DOCKER_SILENT while it is known to answer nothing: whoever asks then need not wait to hear the same. */
  refusal(act: Act): Failure | null;
  /** While something is asked of the engine: calls back when it falls silent. What it answers ends that. */
  watch(act: Act, onSilent: (failure: Failure) => void): () => void;
};

export const silent = ({ words }: Pick<Act, "words">, seconds: number): Failure => fail("DOCKER_SILENT", { seconds: Math.ceil(seconds), act: words });

const isSilence = (error: unknown) => error instanceof Failure && error.problem.code === "DOCKER_SILENT";

/**
 * Whether the engine is there at all, for acts whose own time nobody can know: while something is asked of it and
 * nothing comes back for `quietMs`, it is asked for a sign of life and has as long again to give one. `ping` ends with its
 * signal; every other end of it is a sign.
 */
export function createPulse(ping: (signal: AbortSignal) => Promise<unknown>, quietMs: number): Pulse {
  const waiting = new Set<(since: number) => void>();
  const patient = new Set<(since: number) => void>();
  const hearers = new Set<() => void>();
  const missers = new Set<(since: number) => void>();
  /** When it last answered, or when it was first asked after that. */
  let heard = Date.now();
  let silence: number | null = null;
  let answers = 0;
  let timer: NodeJS.Timeout | null = null;
  let asking = false;

  function answered() {
    heard = Date.now();
    answers += 1;
    if (silence === null) return;
    silence = null;
    for (const hear of [...hearers]) hear();
  }
  function lookIn(ms: number) {
    if (asking) return;
    timer ??= setTimeout(() => {
      timer = null;
      void look();
    }, Math.max(10, ms)).unref();
  }
  async function look() {
    if (silence === null && waiting.size === 0) return;
    const left = heard + quietMs - Date.now();
    if (silence === null && left > 0) return lookIn(left);
    asking = true;
    const since = heard;
    const late = AbortSignal.timeout(quietMs);
    // It is itself one of those that are told of a silence, which is no answer to it.
    const isSign = await ping(late).then(() => true, (error: unknown) => !late.aborted && !isSilence(error));
    asking = false;
    if (isSign) answered();
    else if (heard === since) fallSilent(since);
    lookIn(silence === null ? quietMs : AGAIN_MS);
  }
  function fallSilent(since: number) {
    if (silence === null) {
      silence = since;
      for (const miss of [...missers]) miss(since);
    }
    // From now on it is asked more often than while it was only quiet.
    if (timer !== null) clearTimeout(timer);
    timer = null;
    lookIn(AGAIN_MS);
    for (const tell of [...waiting, ...patient]) tell(since);
  }

  return {
    silentSince: () => silence,
    owesSince: () => silence ?? (waiting.size > 0 ? heard : null),
    answered,
    answers: () => answers,
    gaveNone: () => fallSilent(heard),
    onSilent(listener) {
      missers.add(listener);
      return () => void missers.delete(listener);
    },
    onHeardAgain(listener) {
      hearers.add(listener);
      return () => void hearers.delete(listener);
    },
    refusal: (act) => (silence === null ? null : silent(act, (Date.now() - silence) / 1000)),
    watch(act, onSilent) {
      const tell = (since: number) => onSilent(silent(act, (Date.now() - since) / 1000));
      const own = act.patient ? patient : waiting;
      if (waiting.size === 0 && silence === null && !act.patient) heard = Date.now();
      own.add(tell);
      if (!act.patient) lookIn(quietMs);
      return () => void own.delete(tell);
    },
  };
}
