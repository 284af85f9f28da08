import * as z from "zod";
import { id, timestamp } from "./names.ts";
import { ask, deploy } from "./procedure.ts";
import { job } from "./jobs.ts";

const bytes = z.number().nonnegative();

const item = z.object({
  /** Within its part. */
  id: z.string().max(300),
  name: z.string(),
  serviceId: id.nullable(),
  /** That come free at least. */
  bytes,
  /** When it was made, or used last. */
  at: timestamp,
});
export type StorageItem = z.infer<typeof item>;

const part = z.object({
  /** releases, cache, pulled, logs, leftovers; a newer agent may have more. */
  part: z.string(),
  words: z.object({ name: z.string(), about: z.string() }),
  bytes,
  /** Null: there is none, whatever can go is not wanted. */
  budget: bytes.nullable(),
  /** What would be taken, the oldest first. */
  items: z.array(item),
  /** Why nothing can be told of it now. */
  unknown: z.string().nullable(),
});
export type StoragePart = z.infer<typeof part>;

const preview = z.object({
  disk: z.object({ path: z.string(), free: bytes, total: bytes }),
  /** Free space under which a cleanup begins by itself. */
  mark: bytes,
  parts: z.array(part),
  /** Of all that would be taken. */
  bytes,
});
export type CleanupPreview = z.infer<typeof preview>;

/** Down to the budgets, or all that nobody needs now. */
export const CLEANUP_REACHES = ["budgets", "all"] as const;
export const MOST_CLEANED = 2000;
export const cleaned = z.object({ part: z.string().max(50), id: z.string().min(1).max(300) });

export const storageProcedures = {
  cleanupPreview: ask.input(z.object({ reach: z.enum(CLEANUP_REACHES).default("budgets") })).output(preview),
  /** Takes what a preview told, and no more; what is needed by now stays. */
  cleanup: deploy.input(z.object({ items: z.array(cleaned).min(1).max(MOST_CLEANED) })).output(z.object({ job })),
};
