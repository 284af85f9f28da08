import type { Server } from "./entities.ts";
import type { KnownState } from "./known.ts";

/** What a window shows first, in one answer that comes before its link is open: what `servers.list` and `known.get` say. */
export type FirstLook = { servers: Server[]; /** Null where that server never answered, or none is looked at. */ known: KnownState | null };
