import { v7 as uuid } from "uuid";
import type { AuditEvent, Problem } from "../../contract/index.ts";
import { insert, json, type Db } from "../store/sql.ts";
import { redact, redactText } from "./redact.ts";
import { forgetOld } from "./retention.ts";

/** Who acts: a login at its own socket, or an invited person behind a key. */
export type Who = {
  login: string | null;
  desktop: string | null;
  personId?: string | null;
  person?: string | null;
  /** Of the key they came in with; without a person, what their desktop says it was. */
  fingerprint?: string | null;
};

export type AuditEntry = Who & {
  procedure: string;
  subject?: string | null;
  input: unknown;
  /** Null: it went well. */
  problem: Problem | null;
  /** The job that it began. */
  jobId?: string | null;
};

const MAX_INPUT = 16_384;

export function writeAudit(db: Db, entry: AuditEntry): string {
  const id = uuid();
  const { problem } = entry;
  insert(db, "audit", {
    id,
    at: Date.now(),
    login: entry.login,
    desktop: entry.desktop && decoded(entry.desktop),
    personId: entry.personId ?? null,
    person: entry.person ?? null,
    fingerprint: entry.fingerprint ?? null,
    procedure: entry.procedure,
    subject: entry.subject ?? null,
    input: (JSON.stringify(redact(entry.input)) ?? "null").slice(0, MAX_INPUT),
    jobId: entry.jobId ?? null,
    outcome: problem?.code ?? "ok",
    problem: problem && json({ code: problem.code, message: redactText(problem.message), next: problem.next }),
  });
  forgetOld(db);
  return id;
}

/** A desktop's name travels in a header, which carries ASCII only. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

const NOBODY: Who = { login: null, desktop: null };

/** For what is no call of the contract: the agent's own life, and people who come and go. */
export const writeEvent = (
  db: Db,
  event: { procedure: AuditEvent; who?: Who; subject?: string | null; about?: unknown; problem?: Problem | null },
): string =>
  writeAudit(db, { ...(event.who ?? NOBODY), procedure: event.procedure, subject: event.subject ?? null, input: event.about ?? {}, problem: event.problem ?? null });
