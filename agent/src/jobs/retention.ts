import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { DataPaths } from "../config/paths.ts";
import { all, type Db } from "../store/index.ts";

/** Logs of so many deployments of each service stay, and of so many jobs altogether. */
const PER_SERVICE = 30;
const LATEST = 100;

/** Forgets the logs that no list leads to any more; the rows of their deployments stay. */
export function forgetOldLogs(db: Db, paths: DataPaths): void {
  if (!existsSync(paths.jobLogs)) return;
  const kept = new Set(
    all<{ id: string }>(
      db,
      `SELECT id FROM (SELECT id FROM job ORDER BY id DESC LIMIT ?)
       UNION SELECT id FROM job WHERE endedAt IS NULL
       UNION SELECT jobId FROM (
         SELECT jobId, row_number() OVER (PARTITION BY serviceId ORDER BY id DESC) AS place FROM deployment
       ) WHERE place <= ?`,
      LATEST,
      PER_SERVICE,
    ).map(({ id }) => id),
  );
  for (const name of readdirSync(paths.jobLogs)) {
    if (!kept.has(name.split(".")[0]!)) rmSync(join(paths.jobLogs, name), { force: true });
  }
}
