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

/** What the call of an entity did is kept, and none of its answer: repeated, it asks `isDone` and tells what is so now. */
const DONE = JSON.stringify({ done: true });
/** Within the transaction of what it does. */
export const markDone = (db: Db, entityId: string): number => run(db, "UPDATE idempotency SET outcome = ? WHERE entityId = ? AND outcome IS NULL", DONE, entityId);
export const isDone = (db: Db, entityId: string): boolean => one(db, "SELECT 1 FROM idempotency WHERE entityId = ? AND outcome = ?", entityId, DONE) !== undefined;
/** Null: there is nothing to answer with. */
export const answerOf = ({ outcome }: Pick<IdempotencyRow, "outcome">): string | null => (outcome === DONE ? null : outcome);
