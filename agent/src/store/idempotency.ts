import { v7 as uuid } from "uuid";
import { one, run, type Db } from "./sql.ts";

const KEPT_MS = 24 * 3600 * 1000;

export type IdempotencyRow = {
  key: string;
  login: string;
  procedure: string;
  inputHash: string;
  /** Whatever the call makes gets this id: done again after a crash, it finds what it already made. */
  entityId: string;
  /** JSON of what was answered; null while it runs, or when a crash came between. */
  outcome: string | null;
  createdAt: number;
};

/** The row of this key, made now when it is new. */
export function claimKey(
  db: Db,
  call: Pick<IdempotencyRow, "key" | "login" | "procedure" | "inputHash">,
): IdempotencyRow {
  run(db, "DELETE FROM idempotency WHERE createdAt < ?", Date.now() - KEPT_MS);
  run(
    db,
    `INSERT INTO idempotency (key, login, procedure, inputHash, entityId, createdAt) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
    call.key,
    call.login,
    call.procedure,
    call.inputHash,
    uuid(),
    Date.now(),
  );
  return one<IdempotencyRow>(db, "SELECT * FROM idempotency WHERE login = ? AND key = ?", call.login, call.key)!;
}

export const setOutcome = (db: Db, login: string, key: string, outcome: string): number =>
  run(db, "UPDATE idempotency SET outcome = ? WHERE login = ? AND key = ?", outcome, login, key);
