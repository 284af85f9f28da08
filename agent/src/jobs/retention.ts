import { syncFilesOf } from "../effects/index.ts";
import type { DataPaths } from "../config/paths.ts";
import { all, deleteJob, findJob, one, type Db, type JobRow } from "../store/index.ts";
import type { Clock } from "./clock.ts";
import { SHORT_LIVED, type JobEntry, type Retention } from "./entry.ts";

const { rmSync } = syncFilesOf("job.log");

const DAY_MS = 24 * 3600 * 1000;
/** Rows looked at in one step, so that no call ever waits for a great sweep. */
const STEP_ROWS = 100;
/** Logs that one ended job can make superfluous. */
const STEP_LOGS = 3;
const SOON_MS = 1000;
const EVERY_MS = 5 * 60_000;

type Ended = Pick<JobRow, "id" | "kind" | "serviceId"> & { endedAt: number };

export type Sweep = {
  start(): void;
  /** A job has ended: its log may push an older one out, and a step is due. */
  ended(job: Pick<JobRow, "id" | "kind" | "serviceId">): void;
  /** One step through the rows; answers how many went. */
  step(): number;
  stop(): void;
};

/** Ended jobs go by the retention of their kind, logs and rows together, a bounded number at a time. */
export function createSweep(deps: { db: Db; paths: DataPaths; clock: Clock; entry: (kind: string) => JobEntry | undefined }): Sweep {
  const { db, paths, clock, entry } = deps;
  /** Where the walk through all rows has come to; at the last one it begins anew. */
  let reached = "";
  let forget: (() => void) | null = null;
  let stopped = false;

  const ruleOf = (kind: string): Retention => entry(kind)?.retention ?? SHORT_LIVED;

  function isAmongNewest({ id, kind, serviceId }: Ended, { newest, of }: Retention): boolean {
    if (of === "kind") return count("kind = ? AND id > ?", [kind, id], newest) < newest;
    // A service that is gone keeps nothing beyond its days.
    if (serviceId === null || one(db, "SELECT 1 FROM service WHERE id = ?", serviceId) === undefined) return false;
    return count("serviceId = ? AND kind = ? AND id > ?", [serviceId, kind, id], newest) < newest;
  }
  /** At most `most`: a long history is never counted to its end. */
  const count = (where: string, values: string[], most: number) =>
    one<{ count: number }>(db, `SELECT count(*) AS count FROM (SELECT 1 FROM job WHERE ${where} LIMIT ?)`, ...values, most)!.count;

  function goes(row: Ended): boolean {
    const rule = ruleOf(row.kind);
    if (clock.now() - row.endedAt < rule.days * DAY_MS || isAmongNewest(row, rule)) return false;
    const holds = entry(row.kind)?.holds;
    return holds === undefined || !holds(findJob(db, row.id)!);
  }

  function step(): number {
    const rows = all<Ended>(
      db,
      "SELECT id, kind, serviceId, endedAt FROM job WHERE id > ? AND endedAt IS NOT NULL ORDER BY id LIMIT ?",
      reached,
      STEP_ROWS,
    );
    reached = rows.length < STEP_ROWS ? "" : rows.at(-1)!.id;
    const going = rows.filter(goes);
    for (const { id } of going) {
      // The row last: what is left of a crash in between is found again from it.
      rmSync(paths.jobLog(id), { force: true });
      deleteJob(db, id);
    }
    return going.length;
  }

  function arm(ms: number) {
    forget?.();
    forget = clock.after(ms, () => {
      if (stopped) return;
      arm(EVERY_MS);
      try {
        step();
      } catch {
        // A store that cannot be written now is swept later.
      }
    });
  }

  return {
    start: () => arm(EVERY_MS),
    ended({ kind, serviceId }) {
      const { logs, of } = ruleOf(kind);
      const [where, values] = of === "kind" ? ["kind = ?", [kind]] as const : ["serviceId = ? AND kind = ?", [serviceId, kind]] as const;
      const old = all<{ id: string }>(db, `SELECT id FROM job WHERE ${where} AND endedAt IS NOT NULL ORDER BY id DESC LIMIT ? OFFSET ?`, ...values, STEP_LOGS, logs);
      for (const { id } of old) rmSync(paths.jobLog(id), { force: true });
      arm(SOON_MS);
    },
    step,
    stop() {
      stopped = true;
      forget?.();
    },
  };
}
