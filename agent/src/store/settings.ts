import { storageSettings, type ServerSettings, type StorageSettings } from "../../contract/index.ts";
import { readServerSettings } from "./read.ts";
import { one, run, type Db } from "./sql.ts";

const KEY = "settings";

/** Of the whole server; where nothing was set, or it cannot be read, nobody is believed. */
export function readSettings(db: Db): ServerSettings {
  const kept = one<{ value: string }>(db, "SELECT value FROM meta WHERE key = ?", KEY);
  return readServerSettings(kept?.value ?? null, KEY);
}

export function keepSettings(db: Db, settings: ServerSettings): void {
  run(db, "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", KEY, JSON.stringify(settings));
}

const STORAGE: StorageSettings = storageSettings.parse({});

export const readStorage = (db: Db): StorageSettings => readSettings(db).storage ?? STORAGE;
