import type { Started } from "./started.ts";

/** Who keeps the port open while Caddy is replaced or dead. */
export type Port = {
  /** Whether it is kept as it should be, now and after the next boot. */
  kept(): Promise<boolean>;
  /** Begins to keep it, where that is not so; nobody else may have it. PORT_IN_USE or CADDY_UNAVAILABLE. */
  keep(): Promise<void>;
  /** Caddy runs, or comes up, under what keeps the port. */
  start(): Promise<void>;
  /** Why it did not come up; null where that is not known (yet). */
  failed(): Promise<string | null>;
  /** Stops the running Caddy in order and starts what the launcher names; returns when that has begun. */
  replace(running: Started): Promise<void>;
  /** Ends Caddy, whoever started it, and lets the port go, so that it may be kept anew. */
  release(): Promise<void>;
  /** As `release`, for good. */
  remove(): Promise<void>;
};
