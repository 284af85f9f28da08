import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { migrations } from "./schema.ts";
import { all, one, transaction, type Db } from "./sql.ts";

/** The copy that is brought to the newest schema beside the store. */
export const nextOf = (path: string): string => `${path}.next`;

export function schemaOf(db: Db): number {
  const { user_version: version } = one<{ user_version: number }>(db, "PRAGMA user_version")!;
  if (version > migrations.length) throw new Error(`The store has schema ${version}; this agent knows ${migrations.length}`);
  return version;
}

/**
 * Brings a store to the newest schema without writing to it: a copy is migrated and looked through, then one rename puts it
 * in its place. A death before the rename leaves the old store as it was, one after it the new one; both are whole.
 */
export function migrateStore(path: string): void {
  const from = withStore(path, schemaOf);
  if (from === migrations.length) return;
  makeNext(path);
  // Frames of the old store's log would be read into the new one.
  if (existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0) throw new Error(`${path}-wal is in use by another program`);
  for (const side of ["-wal", "-shm"]) rmSync(`${path}${side}`, { force: true });
  const before = `${path}.before-${from + 1}`;
  rmSync(before, { force: true });
  // The old file under a second name, so that a bad upgrade can be taken back by hand.
  linkSync(path, before);
  renameSync(nextOf(path), path);
  syncFolder(dirname(path));
}

/** The copy, migrated and whole on the disk; what an earlier try left is gone first. */
export function makeNext(path: string): void {
  const next = nextOf(path);
  removeNext(path);
  // Closed before anything is in it: VACUUM INTO takes an empty file as it is.
  closeSync(openSync(next, "wx", 0o600));
  withStore(path, (db) => db.prepare("VACUUM INTO ?").run(next));
  withStore(next, (db) => {
    // No side files, so that the rename moves all of it.
    db.exec("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
    migrate(db);
    const [found] = all<{ quick_check: string }>(db, "PRAGMA quick_check(1)");
    if (found?.quick_check !== "ok") throw new Error(`The migrated store is damaged: ${found?.quick_check}`);
    const orphans = all(db, "PRAGMA foreign_key_check").length;
    if (orphans > 0) throw new Error(`The migrated store has ${orphans} rows that lead nowhere`);
  });
  const file = openSync(next, "r+");
  fsyncSync(file);
  closeSync(file);
}

export function removeNext(path: string): void {
  for (const side of ["", "-wal", "-shm", "-journal"]) rmSync(`${nextOf(path)}${side}`, { force: true });
}

/** Each step whole or not at all. */
export function migrate(db: Db): void {
  const { foreign_keys: checked } = one<{ foreign_keys: number }>(db, "PRAGMA foreign_keys")!;
  // A table that is made anew must not take along what refers to it.
  db.exec("PRAGMA foreign_keys = OFF");
  for (let version = schemaOf(db); version < migrations.length; version++) {
    transaction(db, () => {
      db.exec(migrations[version]!);
      db.exec(`PRAGMA user_version = ${version + 1}`);
    });
  }
  db.exec(`PRAGMA foreign_keys = ${checked}`);
}

/** Closing the last connection writes its log back and removes it. */
function withStore<T>(path: string, act: (db: Db) => T): T {
  const db = new DatabaseSync(path, { timeout: 5000 });
  try {
    return act(db);
  } finally {
    db.close();
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
