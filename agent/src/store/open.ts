import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { v7 as uuid } from "uuid";
import { migrations } from "./schema.ts";
import { one, run, transaction, type Db } from "./sql.ts";

/** Opens the truth of this server, brought to the newest schema. */
export function openStore(path: string): Db {
  if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true, mode: 0o711 });
  const db = new DatabaseSync(path, { timeout: 5000 });
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA cache_size = -2000;
    PRAGMA journal_size_limit = 4194304;
  `);
  migrate(db, path);
  return db;
}

function migrate(db: Db, path: string): void {
  const { user_version: from } = one<{ user_version: number }>(db, "PRAGMA user_version")!;
  if (from > migrations.length) throw new Error(`The store has schema ${from}; this agent knows ${migrations.length}`);
  for (let version = from; version < migrations.length; version++) {
    if (version > 0) copyBefore(db, path, version);
    transaction(db, () => {
      db.exec(migrations[version]!);
      db.exec(`PRAGMA user_version = ${version + 1}`);
    });
  }
}

/** A whole copy is kept, so that a bad upgrade can be taken back. */
function copyBefore(db: Db, path: string, version: number): void {
  const copy = `${path}.before-${version + 1}`;
  if (existsSync(copy)) rmSync(copy);
  db.prepare("VACUUM INTO ?").run(copy);
}

/** Stands in every label and name; made once, on the first start. */
export function instanceId(db: Db): string {
  run(db, "INSERT INTO meta (key, value) VALUES ('instanceId', ?) ON CONFLICT DO NOTHING", uuid());
  return one<{ value: string }>(db, "SELECT value FROM meta WHERE key = 'instanceId'")!.value;
}

/** The part of the instance id that stands in names: its first 48 bits are a clock, so the random tail is taken. */
export const instanceTag = (id: string): string => id.replaceAll("-", "").slice(-12, -4);
