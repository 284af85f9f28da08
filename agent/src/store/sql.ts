import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { fail } from "../../contract/index.ts";
import { during, effect } from "../effects/index.ts";

export type Db = DatabaseSync;
type Value = SQLInputValue | boolean;

/** Results that mean the disk below the store, not the statement: FULL, READONLY, IOERR, CANTOPEN. */
const DISK_ERRORS = new Set([13, 8, 10, 14]);

const prepared = new WeakMap<Db, Map<string, StatementSync>>();

function statement(db: Db, sql: string): StatementSync {
  let known = prepared.get(db);
  if (!known) prepared.set(db, (known = new Map()));
  let found = known.get(sql);
  if (!found) known.set(sql, (found = db.prepare(sql)));
  return found;
}

function guarded<T>(db: Db, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const code = (error as { errcode?: number }).errcode;
    if (code !== undefined && DISK_ERRORS.has(code & 0xff)) {
      throw fail("STORE_READ_ONLY", { path: db.location() ?? "memory" }, { cause: error });
    }
    throw error;
  }
}

/** Those within a transaction of ours. A full disk can end it by itself, and whoever goes on would write each row alone. */
const begun = new WeakSet<Db>();
function refuseAlone(db: Db): void {
  if (begun.has(db) && !db.isTransaction) throw fail("STORE_READ_ONLY", { path: db.location() ?? "memory" });
}

const bind = (values: readonly Value[]) => values.map((value) => (typeof value === "boolean" ? Number(value) : value));

export const all = <T>(db: Db, sql: string, ...values: Value[]): T[] =>
  guarded(db, () => statement(db, sql).all(...bind(values)) as T[]);

export const one = <T>(db: Db, sql: string, ...values: Value[]): T | undefined =>
  guarded(db, () => statement(db, sql).get(...bind(values)) as T | undefined);

/** Number of rows changed. By itself it is an effect of its own, in a transaction a part of that. */
export function run(db: Db, sql: string, ...values: Value[]): number {
  const write = () => guarded(db, () => Number(statement(db, sql).run(...bind(values)).changes));
  refuseAlone(db);
  return db.isTransaction ? write() : effect("store.write", write);
}

/** All or nothing; `act` is synchronous, so nothing else can come between. Nests by joining the outer one. */
export function transaction<T>(db: Db, act: () => T): T {
  refuseAlone(db);
  return db.isTransaction ? act() : effect("store.commit", () => committed(db, act));
}

function committed<T>(db: Db, act: () => T): T {
  guarded(db, () => db.exec("BEGIN IMMEDIATE"));
  begun.add(db);
  try {
    const result = act();
    refuseAlone(db);
    during("store.commit");
    guarded(db, () => db.exec("COMMIT"));
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  } finally {
    begun.delete(db);
  }
}

/** What would be so after `act`: nothing of it is kept, whatever it answers or throws. Within a transaction or by itself. */
export function supposed<T>(db: Db, act: () => T): T {
  refuseAlone(db);
  if (db.isTransaction) return takenBack(db, act, "SAVEPOINT supposed", "ROLLBACK TO supposed; RELEASE supposed");
  const alone = () => {
    begun.add(db);
    return takenBack(db, act, "BEGIN", "ROLLBACK");
  };
  try {
    return effect("store.suppose", alone);
  } finally {
    begun.delete(db);
  }
}

function takenBack<T>(db: Db, act: () => T, begin: string, undo: string): T {
  guarded(db, () => db.exec(begin));
  try {
    const result = act();
    refuseAlone(db);
    return result;
  } finally {
    if (db.isTransaction) db.exec(undo);
  }
}

/** Writes the given columns of one row; the names come from our own code, never from outside. */
export function update(db: Db, table: string, id: string, columns: Record<string, Value>): number {
  const names = Object.keys(columns);
  if (names.length === 0) return 0;
  const set = names.map((column) => `"${column}" = ?`).join(", ");
  return run(db, `UPDATE ${table} SET ${set} WHERE id = ?`, ...Object.values(columns), id);
}

export function insert(db: Db, table: string, columns: Record<string, Value>): void {
  const names = Object.keys(columns);
  const list = names.map((column) => `"${column}"`).join(", ");
  run(db, `INSERT INTO ${table} (${list}) VALUES (${names.map(() => "?").join(", ")})`, ...Object.values(columns));
}

export const json = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value));
