import { v7 as uuid } from "uuid";
import { all, run, type Db } from "../store/sql.ts";
import { redact } from "./redact.ts";

export type Who = {
  login: string | null;
  desktop: string | null;
  personId: string | null;
  person: string | null;
  /** Of the key they came in with; without a person, what their desktop says it was. */
  fingerprint: string | null;
};

export type AuditRow = Who & {
  id: string;
  at: number;
  procedure: string;
  input: string;
  /** "ok", or the code of the problem. */
  outcome: string;
};

export function writeAudit(
  db: Db,
  entry: Who & { procedure: string; input: unknown; outcome: string },
): void {
  run(
    db,
    "INSERT INTO audit (id, at, login, desktop, personId, person, fingerprint, procedure, input, outcome) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    uuid(),
    Date.now(),
    entry.login,
    entry.desktop,
    entry.personId,
    entry.person,
    entry.fingerprint,
    entry.procedure,
    (JSON.stringify(redact(entry.input)) ?? "null").slice(0, 16_384),
    entry.outcome,
  );
}

/** Newest first. */
export const listAudit = (db: Db, limit = 100): AuditRow[] =>
  all<AuditRow>(db, "SELECT * FROM audit ORDER BY id DESC LIMIT ?", limit);
