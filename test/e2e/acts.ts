import { changeActs } from "./change-acts.ts";
import { firstActs } from "./first-acts.ts";
import { lookActs } from "./look-acts.ts";
import { serverActs } from "./server-acts.ts";
import { windowActs } from "./window-acts.ts";
import type { Act } from "./act.ts";

export type { Act } from "./act.ts";

/** In the order of a first day: each begins where the one before it ended. */
export const acts: Act[] = [...serverActs, ...firstActs, ...lookActs, ...changeActs, ...windowActs];
