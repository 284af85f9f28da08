import type { Fixture } from "./fixture/fixture.ts";
import type { Hands } from "./hands.ts";

/** One thing that a person can do, done with the keys, and seen to have happened; `short` ones are a story without the others. */
export type Act = { name: string; short?: boolean; run: (hands: Hands, fixture: Fixture) => Promise<unknown> };

/** A card by its service, and how that stands. */
export const card = (name: string, word = "") => new RegExp(`^${name}, .*${word}`);
