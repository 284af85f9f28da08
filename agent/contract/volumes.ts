import * as z from "zod";
import { job } from "./jobs.ts";
import * as name from "./names.ts";
import { open } from "./open.ts";
import { ask, deploy, own } from "./procedure.ts";
import { stagedRow } from "./staged.ts";

/** Days that a deleted volume can be had back. */
export const TRASH_DAYS = 7;
/** Volumes that one service can have. */
export const MOST_VOLUMES = 10;

/** A named volume of ours; what it holds outlives containers, releases and, for TRASH_DAYS, its deletion. */
export const volume = z.object({
  id: name.id,
  environmentId: name.id,
  /** Whose it is; null: its service was deleted while it lay in the trash. */
  serviceId: name.id.nullable(),
  /** What its service is or was called. */
  serviceName: z.string(),
  /** Unique in its environment among those that are not in the trash. */
  name: z.string(),
  /** Where it is mounted, or was. */
  path: z.string(),
  /** wanted: no deployment has mounted it yet. */
  state: open<"wanted" | "mounted" | "trash">(),
  /** Bytes when it was last measured; null: not yet. */
  bytes: z.int().nullable(),
  measuredAt: name.timestamp.nullable(),
  createdAt: name.timestamp,
  deletedAt: name.timestamp.nullable(),
  /** When the trash is emptied of it. */
  goesAt: name.timestamp.nullable(),
});
export type Volume = z.infer<typeof volume>;

/** One entry of a folder in a volume. */
export const fileEntry = z.object({
  name: z.string(),
  kind: open<"file" | "folder" | "link" | "other">(),
  /** Of a file; null: it has no size of its own. */
  bytes: z.int().nullable(),
  changedAt: name.timestamp,
});
export type FileEntry = z.infer<typeof fileEntry>;

/** `environmentId`: where the caller takes it to be; what lies in another environment is not found. */
const byVolume = z.object({ environmentId: name.id.optional(), id: name.id });

export const volumeProcedures = {
  /** Of an environment, by age; those in the trash among them. */
  list: ask.input(z.object({ environmentId: name.id })).output(z.array(volume)),
  /** The name alone, at once; not of one in the trash. */
  rename: deploy.input(byVolume.extend({ name: name.volumeName })).output(volume),
  /** Out of the trash: stages a row on the service that it was of, or on another one, at its path or another one. */
  restore: deploy.input(byVolume.extend({ serviceId: name.id.optional(), path: name.mountPath.optional() })).output(z.object({ staged: z.array(stagedRow) })),
  /** Out of the trash for good, now; `confirm` is its name, typed. */
  empty: own.input(byVolume.extend({ confirm: z.string().max(200) })).output(z.object({ job })),
};
