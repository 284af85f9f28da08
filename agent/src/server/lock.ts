import { DatabaseSync } from "node:sqlite";

/** One agent per DATA_DIR: a lock that the kernel takes back however the process ends. Null when another one holds it. */
export function takeLock(path: string): (() => void) | null {
  const db = new DatabaseSync(path);
  try {
    db.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch {
    db.close();
    return null;
  }
  return () => db.close();
}
