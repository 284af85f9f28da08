import type { Problem } from "@aeroplane/agent/contract";

/** Seconds: the first tries follow each other closely, and none waits longer than the last of these. */
const BOUNDS = { least: 0.7, most: 30 };
/** A pause is this part of the time that it has been away: who is back after a minute is met within some seconds. */
const PART = 1 / 8;
/** Servers that went away together are not tried together for ever. */
const SPREAD = 0.15;

/** Nothing answered for a while: the try itself was the wait, or a part of it. */
const UNHEARD = new Set(["CONNECTION_TIMED_OUT", "HOST_UNREACHABLE", "SERVER_OFFLINE"]);
/** The host said no, or there is no way to its name: soon again, since a reboot looks like this. */
const REFUSED = new Set(["CONNECTION_REFUSED", "ADDRESS_UNKNOWN"]);
/** Whatever else was reached and did not get as far as a login: servers count these. [away for less than so many seconds, seconds until the next try]. */
const BROKEN_OFF: readonly (readonly [number, number])[] = [[10, 2], [600, 5], [1800, 10], [Infinity, 30]];

/**
 * Whole milliseconds until the next try by itself, after one that ended like this and took so long, `away` milliseconds since the
 * last answer, or since something changed here. `chance`: 0 to 1.
 */
export function waitAfter(problem: Pick<Problem, "code">, { away, took = 0, chance = Math.random() }: { away: number; took?: number; chance?: number }): number {
  const spread = 1 + SPREAD * (2 * chance - 1);
  // A moment on the wire is a whole one.
  const pause = Math.round(Math.min(BOUNDS.most, Math.max(BOUNDS.least, (away / 1000) * PART)) * spread * 1000);
  if (UNHEARD.has(problem.code)) return Math.max(0, pause - Math.round(took));
  if (REFUSED.has(problem.code)) return pause;
  return BROKEN_OFF.find(([below]) => away < below * 1000)![1] * 1000;
}

const MENDED_BY_TIME = new Set([
  "ADDRESS_UNKNOWN",
  "CONNECTION_REFUSED",
  "CONNECTION_TIMED_OUT",
  "HOST_UNREACHABLE",
  "CONNECTION_CLOSED",
  "SERVER_OFFLINE",
  "AGENT_NOT_STARTED",
  "PREPARE_INTERRUPTED",
  "AGENT_AWAY",
  "BRIDGE_BUSY",
  "UNEXPECTED",
]);

/** Only what time may mend is tried again by itself: never a refused login, which could lock the person out. */
export const mendedByTime = (problem: Problem): boolean => problem.retry && MENDED_BY_TIME.has(problem.code);
