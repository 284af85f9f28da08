import { closeSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { v7 as uuid } from "uuid";
import { fail } from "../../contract/index.ts";
import { makeNext, migrate, migrateStore, nextOf } from "./migrate.ts";
import { one, run, type Db } from "./sql.ts";

/** Opens the truth of this server, brought to the newest schema. */
export function openStore(path: string): Db {
  if (path !== ":memory:") {
    mkdirSync(dirname(path), { recursive: true, mode: 0o711 });
    // Closed before there is anything in it; SQLite gives its side files the mode of the store itself.
    closeSync(openSync(path, "a", 0o600));
    if (statSync(path).size > 0) migrateStore(path);
  }
  const db = new DatabaseSync(path, { timeout: 5000 });
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA cache_size = -2000;
    PRAGMA journal_size_limit = 4194304;
  `);
  // Of an empty one; every other has been brought here already.
  migrate(db);
  return db;
}

/** The store as it would be: a migrated copy that takes no change. The store itself is only read. */
export function openTrialStore(path: string): Db {
  makeNext(path);
  const db = new DatabaseSync(nextOf(path), { timeout: 5000 });
  db.exec("PRAGMA query_only = ON; PRAGMA cache_size = -2000");
  return db;
}

/** Stands in every label and name; made once, on the first start. */
export function instanceId(db: Db): string {
  const known = one<{ value: string }>(db, "SELECT value FROM meta WHERE key = 'instanceId'");
  if (known) return known.value;
  // Another one would know none of the containers, networks and images that carry the lost one.
  if (one(db, "SELECT 1 FROM project LIMIT 1")) throw fail("INSTANCE_ID_MISSING", { path: db.location() ?? "memory" });
  const id = uuid();
  run(db, "INSERT INTO meta (key, value) VALUES ('instanceId', ?)", id);
  return id;
}

/** The part of the instance id that stands in names: its first 48 bits are a clock, so the random tail is taken. */
export const instanceTag = (id: string): string => id.replaceAll("-", "").slice(-12, -4);
