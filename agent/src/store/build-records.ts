import { all, run, transaction, type Db } from "./sql.ts";

/** A record of Docker's build cache that our builds alone have made and used, and how often it was used by then. */
export type BuildRecord = { id: string; uses: number };

export const listBuildRecords = (db: Db): BuildRecord[] => all<BuildRecord>(db, "SELECT id, uses FROM buildRecord");

export function keepBuildRecords(db: Db, ours: readonly BuildRecord[], gone: readonly string[]): void {
  if (ours.length + gone.length === 0) return;
  transaction(db, () => {
    for (const { id, uses } of ours) run(db, "INSERT INTO buildRecord (id, uses) VALUES (?, ?) ON CONFLICT DO UPDATE SET uses = excluded.uses", id, uses);
    for (const id of gone) run(db, "DELETE FROM buildRecord WHERE id = ?", id);
  });
}
