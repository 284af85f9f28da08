// Which moments of a run differ from each other: those are the ones at which the agent is killed.
import type { Moment } from "../effects/control.ts";

/** A moment to be killed at, and the points that it stands for: the end of one effect may be the beginning of the next. */
export type Spot = { moment: Moment; covers: string[] };

const keyOf = ({ point, place }: Moment): string => `${point} ${place ?? ""}`;

/**
 * Every effect from every place in the code, before and after, where it comes for the first time. Between the end of one
 * effect and the beginning of the next nothing happens: that is one moment. What is `known` is killed elsewhere.
 */
export function distinctSpots(recorded: readonly Moment[], known: ReadonlySet<string> = new Set()): Spot[] {
  const spots: Spot[] = [];
  const covered = new Set(known);
  for (const [at, moment] of recorded.entries()) {
    const next = recorded[at + 1];
    if (covered.has(keyOf(moment))) continue;
    covered.add(keyOf(moment));
    // Killed at the beginning of the next, where that comes for the first time too; else at its own end.
    if (next !== undefined && moment.point.endsWith(".after") && next.point.endsWith(".before") && !covered.has(keyOf(next))) {
      covered.add(keyOf(next));
      spots.push({ moment: next, covers: [keyOf(moment), keyOf(next)] });
    } else spots.push({ moment, covers: [keyOf(moment)] });
  }
  return spots;
}

export const pointsOf = (recorded: readonly Moment[]): Set<string> => new Set(recorded.map(keyOf));
