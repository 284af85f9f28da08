import type * as z from "zod";
import type { DeployDeps } from "../deploy/deps.ts";
import type { Plan } from "../deploy/plan.ts";
import type { JobContext } from "../jobs/index.ts";

/** A folder to make something from, and the one that no link of it may leave; null: the image itself was the source and is used as it is. */
export type Material = { directory: string; repository: string; name: string } | null;

/** The job that brings it, and what for. */
export type Bringing = { deps: DeployDeps; context: JobContext; plan: Plan; signal: AbortSignal };

/** One source: all that differs between sources stands in its entry. */
export type SourceEntry<S> = {
  schema: z.ZodType<S>;
  /** Brings its newest revision onto this server, and writes down which that was. */
  bring(bringing: Bringing, source: S): Promise<Material>;
  /** What an earlier life of the same job has brought. */
  again(of: { deps: Pick<DeployDeps, "paths">; jobId: string }, source: S): Material;
};
