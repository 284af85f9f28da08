import * as z from "zod";
import { commit } from "./entities.ts";
import * as name from "./names.ts";
import { open } from "./open.ts";
import type { ShapeName } from "./shapes.ts";

/** A release that is still here with all that it was made with: what one can go back to. */
export const release = z.object({
  id: name.id,
  /** The deployment that made it. */
  deploymentId: name.id,
  /** What it was made as. */
  shape: open<ShapeName>(),
  commit: commit.nullable(),
  image: z.string().nullable(),
  /** It is what serves, or what starts when a stopped service is started. */
  live: z.boolean(),
  /** Since when no cleanup takes it; null: it goes when enough newer ones were replaced. */
  pinnedAt: name.timestamp.nullable(),
  /** The kept one that it is a copy of, by a rollback. */
  fromReleaseId: name.id.nullable(),
  createdAt: name.timestamp,
});
export type Release = z.infer<typeof release>;

/** In what one release differs from another; no value of a variable is in it. */
export const comparison = z.object({
  from: release,
  to: release,
  /** Fields of the config by their path, such as "source.branch", each with both values; null: it has none. */
  settings: z.array(z.object({ name: z.string(), from: z.json(), to: z.json() })),
  /** By name. */
  variables: z.array(z.object({ name: z.string(), change: open<"added" | "removed" | "changed">() })),
});
export type Comparison = z.infer<typeof comparison>;
