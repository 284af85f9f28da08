import { one, run, type Db } from "../store/sql.ts";

const DAY = 24 * 3600 * 1000;

export type Retention = { days: number; rows: number; most: number; step: number; every: number };

/**
 * A line stays for 400 days, and longer while it is among the newest 100 000. Only a flood of more than half a million
 * makes younger ones go, since the disk of a server has an end.
 */
export const RETENTION: Retention = { days: 400, rows: 100_000, most: 500_000, step: 200, every: 100 };

const CUT = "auditCut";
const written = new WeakMap<Db, number>();

/** Looks with every hundredth line, and removes a few hundred at most: no write ever waits for a great sweep. */
export function forgetOld(db: Db, rule: Retention = RETENTION): void {
  const count = written.get(db) ?? 0;
  written.set(db, count + 1);
  if (count % rule.every === 0) sweep(db, rule);
}

export function sweep(db: Db, rule: Retention, now = Date.now()): number {
  const { count } = one<{ count: number }>(db, "SELECT count(*) AS count FROM audit")!;
  if (count <= rule.rows) return 0;
  // Ids are in the order of time, so the oldest are the first of the primary key.
  const removed =
    count > rule.most
      ? run(db, "DELETE FROM audit WHERE id IN (SELECT id FROM audit ORDER BY id LIMIT ?)", Math.min(rule.step, count - rule.most))
      : run(
          db,
          "DELETE FROM audit WHERE id IN (SELECT id FROM (SELECT id, at FROM audit ORDER BY id LIMIT ?) WHERE at < ?)",
          Math.min(rule.step, count - rule.rows),
          now - rule.days * DAY,
        );
  if (removed > 0) run(db, "INSERT INTO meta (key, value) VALUES (?, '1') ON CONFLICT DO NOTHING", CUT);
  return removed;
}

/** From when the trail is whole; `cut`: there were older lines. */
export function kept(db: Db): { keptSince: number | null; cut: boolean } {
  const oldest = one<{ at: number }>(db, "SELECT at FROM audit ORDER BY id LIMIT 1");
  const cut = one(db, "SELECT 1 FROM meta WHERE key = ?", CUT) !== undefined;
  return { keptSince: oldest?.at ?? null, cut };
}
