import { readTemplate } from "./staged.ts";
import { one, run, type Db } from "./sql.ts";

const FINGERPRINT = "sealingKey";

/** Of the key that everything in this store is sealed with; null in a store of an agent that kept none. */
export const sealingKey = (db: Db): string | null =>
  one<{ value: string }>(db, "SELECT value FROM meta WHERE key = ?", FINGERPRINT)?.value ?? null;

export function setSealingKey(db: Db, fingerprint: string): void {
  run(db, "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", FINGERPRINT, fingerprint);
}

/** All that is sealed, what was sealed last first. */
export function* sealedValues(db: Db): Generator<Uint8Array> {
  for (const row of db.prepare("SELECT sealed FROM variable ORDER BY updatedAt DESC").iterate()) yield row["sealed"] as Uint8Array;
  for (const row of db.prepare("SELECT value FROM staged WHERE aspect = 'variable' AND value IS NOT NULL ORDER BY at DESC").iterate()) {
    const { sealed } = readTemplate(row["value"] as string);
    if (sealed !== null) yield sealed;
  }
  for (const row of db.prepare("SELECT variables FROM release WHERE variables IS NOT NULL ORDER BY createdAt DESC").iterate()) yield row["variables"] as Uint8Array;
}
