import type { Claim } from "../../../agent/src/jobs/index.ts";

/** Said a second time and in another way than by the agent: an X stands against everything on it, below it and around it. */
export const exclude = (a: readonly Claim[], b: readonly Claim[]): boolean => a.some((one) => b.some((other) => meet(one, other) || meet(other, one)));

function meet(above: Claim, below: Claim): boolean {
  const same = above.resource === below.resource;
  if (same) return above.mode === "X" || below.mode === "X";
  // What lies below is claimed in some way, so that what is above cannot be had alone.
  return below.resource.startsWith(`${above.resource}/`) && above.mode === "X";
}
