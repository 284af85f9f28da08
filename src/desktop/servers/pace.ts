import type { Problem } from "@aeroplane/agent/contract";

/** [away for less than so many seconds, seconds until the next try]. */
type Steps = readonly (readonly [number, number])[];

/** Nothing answered for a while: the try itself was the wait, so there is none for the first minutes. */
const UNHEARD: Steps = [[180, 0], [600, 5], [1800, 10], [Infinity, 30]];
/** The host said no, or there is no way to it: soon again, since a reboot looks like this. */
const REFUSED: Steps = [[120, 0.7], [600, 5], [1800, 10], [Infinity, 30]];
/** It was reached and did not get as far as a login: servers count these, so they stay rare. */
const BROKEN_OFF: Steps = [[10, 2], [600, 5], [1800, 10], [Infinity, 30]];

const bySeen: Record<string, Steps> = { CONNECTION_TIMED_OUT: UNHEARD, SERVER_OFFLINE: UNHEARD, CONNECTION_REFUSED: REFUSED, ADDRESS_UNKNOWN: REFUSED };

/** Milliseconds until the next try by itself, after one that ended like this, `away` milliseconds since the last answer. */
export function waitAfter(problem: Pick<Problem, "code">, away: number): number {
  const steps = bySeen[problem.code] ?? BROKEN_OFF;
  return steps.find(([below]) => away < below * 1000)![1] * 1000;
}

const MENDED_BY_TIME = new Set([
  "ADDRESS_UNKNOWN",
  "CONNECTION_REFUSED",
  "CONNECTION_TIMED_OUT",
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
