import * as z from "zod";
import { LONGEST_RUN_SECONDS, names, problem } from "../../contract/index.ts";

export const RUN_ONCE = "run-once";

export const runInput = z.object({
  command: names.command,
  releaseId: names.id,
  seconds: z.int().min(1).max(LONGEST_RUN_SECONDS),
  by: z.string().max(200).nullable().default(null),
});
export type RunInput = z.infer<typeof runInput>;

/** What is written down of one that is under way. */
const runState = z.object({
  /** Nobody else on its network gets it (store/instances.ts). */
  address: z.string().optional(),
  /** From here on its words may have been run: they are never run again. */
  begun: z.literal(true).optional(),
  exitCode: z.int().optional(),
  /** It ended by itself: well, or with this problem. */
  ended: z.object({ problem: problem.nullable() }).optional(),
});
export type RunState = z.infer<typeof runState>;

export const stateOf = (checkpoint: unknown): RunState => runState.safeParse(checkpoint).data ?? {};
