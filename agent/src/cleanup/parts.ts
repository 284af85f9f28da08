import { cache } from "./cache.ts";
import { leftovers } from "./leftovers.ts";
import { logs } from "./logs.ts";
import type { Part } from "./part.ts";
import { pulled } from "./pulled.ts";
import { releases } from "./releases.ts";

/** All that is kept for a while; what is missed least stands first, and goes first where the disk is short. */
export const PARTS: readonly Part[] = [leftovers, pulled, cache, logs, releases];
