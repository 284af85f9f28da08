import * as z from "zod";
import * as name from "./names.ts";
import { open } from "./open.ts";
import { problem } from "./problem.ts";
import { procedure, type ProcedureMeta } from "./procedure.ts";

/** Free text to look for: any characters, since it is only compared. */
const words = z.string().max(200);

/** Of an act that began a job: what came of the job. */
export const AUDIT_OUTCOMES = ["ok", "failed", "running", "cancelled"] as const;
export const auditOutcome = z.enum(AUDIT_OUTCOMES);
export type AuditOutcome = z.infer<typeof auditOutcome>;

/** One line of the audit trail: who did what, when, and what came of it. */
export const auditRow = z.object({
  id: name.id,
  at: name.timestamp,
  /** The SSH login; null for what the agent did by itself. */
  login: z.string().nullable(),
  /** The invited person behind the key, by the name at that time; null for owners at their own login. */
  person: z.string().nullable(),
  personId: z.string().nullable(),
  /** Of the key that signed in, where the agent knows it. */
  fingerprint: z.string().nullable(),
  /** The name of the desktop that asked, as it calls itself. */
  desktop: z.string().nullable(),
  /** Such as "deployments.start", or "agent.started". */
  procedure: open(),
  /** What it was about, by its name at that time: "web in shop"; null where it is about the whole server. */
  subject: z.string().nullable(),
  /** The input as JSON, without secrets. */
  input: z.string(),
  outcome: open<AuditOutcome>(),
  /** Why it failed. The sentence is kept where it was written; older lines have the code alone. */
  problem: problem.pick({ code: true, message: true, next: true }).nullable(),
});
export type AuditRow = z.infer<typeof auditRow>;

export const auditPage = z.object({
  /** Newest first. */
  rows: z.array(auditRow),
  /** More lines follow after the last one of this page. */
  more: z.boolean(),
  /** When the oldest line that is kept was written; null while there is none. */
  keptSince: name.timestamp.nullable(),
  /** Older lines than that existed and were removed. */
  cut: z.boolean(),
  /** Logins and persons that occur, for the filter; on the first page only. */
  who: z.array(z.string()),
});
export type AuditPage = z.infer<typeof auditPage>;

export const AUDIT_PAGE_LIMIT = 200;

/** Owners only: it tells of everybody's acts, with their logins, keys and computers. */
const ownersAsk = procedure.meta({ role: "owner", mutation: false } satisfies ProcedureMeta);

export const auditProcedures = {
  list: ownersAsk
    .input(
      z.object({
        /** Every word must occur somewhere in the line. */
        search: words.optional(),
        /** A login or a person, exactly. */
        who: words.optional(),
        procedure: words.optional(),
        outcome: auditOutcome.optional(),
        from: name.timestamp.optional(),
        to: name.timestamp.optional(),
        /** The last line already shown. */
        before: name.id.optional(),
        limit: z.int().min(1).max(AUDIT_PAGE_LIMIT).default(100),
      }),
    )
    .output(auditPage),
};
