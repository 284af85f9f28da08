import { eventIterator } from "@orpc/contract";
import * as z from "zod";
import { logBatch } from "./entities.ts";
import { job } from "./jobs.ts";
import * as name from "./names.ts";
import { ask, deploy, take } from "./procedure.ts";
import { rawTicket } from "./raw.ts";

/** Of one service at the same time. */
export const MOST_RUNS = 8;
const HOUR = 3600;
const LONGEST_RUN_SECONDS = 24 * HOUR;

/** A command that is or was run once in a container of a release. */
export const run = z.object({
  /** Its state; while it runs, it can be cancelled by this. */
  job,
  command: z.string(),
  releaseId: name.id,
  /** Null: it has not ended by itself, or never began. */
  exitCode: z.int().nullable(),
  /** Who asked for it. */
  by: z.string().nullable(),
});
export type Run = z.infer<typeof run>;

const within = z.object({ environmentId: name.id.optional() });

export const runProcedures = {
  /** Of a service, newest first, at most 50; `before` is the id of the last one already shown. */
  list: ask.input(within.extend({ serviceId: name.id, before: name.id.optional() })).output(z.array(run)),
  get: ask.input(z.object({ id: name.id })).output(run),
  /**
   * In a new container of the live release, or of a kept one, with its variables and no requests. The command is words, never
   * a line for a shell; it is kept and shown as the start command is, so values that nobody may see belong into variables.
   */
  start: deploy
    .input(
      within.extend({
        serviceId: name.id,
        command: name.command,
        releaseId: name.id.optional(),
        /** It is ended then. */
        seconds: z.int().min(1).max(LONGEST_RUN_SECONDS).default(HOUR),
      }),
    )
    .output(run),
  /** Its whole log from the first line, then live until it ended. */
  log: ask.input(z.object({ id: name.id, after: name.cursor.optional() })).output(eventIterator(logBatch)),
  /** A ticket for the log as it is now, as text. */
  download: take.input(z.object({ id: name.id })).output(rawTicket),
};

export { LONGEST_RUN_SECONDS };
