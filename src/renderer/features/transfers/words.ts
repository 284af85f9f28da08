import type { Transfer } from "../../../contract/index.ts";
import { bytes } from "../../data/time.ts";

/** One line below its name. */
export function lineOf({ state, direction, done, size, perSecond, variables }: Transfer): string {
  if (state === "failed") return "Failed";
  if (state === "cancelled") return "Cancelled";
  if (state === "done") return variables ? takenOf(variables) : `${bytes(size)} ${direction === "down" ? "downloaded" : "uploaded"}`;
  const moved = `${bytes(done)} of ${bytes(size)}`;
  if (state === "waiting") return done > 0 ? `${moved} · waits for the server` : "Waits for its turn";
  return perSecond === null ? moved : `${moved} · ${bytes(perSecond)}/s`;
}

/** "12 variables set, 3 of them replaced"; what is staged replaces nothing yet. */
export function takenOf({ added, replaced, staged }: NonNullable<Transfer["variables"]>): string {
  const all = added + replaced;
  const set = `${all === 1 ? "1 variable" : `${all} variables`} ${staged ? "staged" : "set"}`;
  if (staged) return set;
  return replaced === 0 ? set : replaced === all ? `${set}, all of them replaced` : `${set}, ${replaced} of them replaced`;
}
