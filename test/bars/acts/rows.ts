// What the rows of the store must not say when nothing is under way.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Each finds rows that only a job at work may leave. */
const UNDER_WAY: Record<string, string> = {
  "a release is": "SELECT state AS what FROM release WHERE state IN ('preparing', 'retiring')",
  "an instance is": "SELECT state AS what FROM instance WHERE state IN ('starting', 'retiring', 'down')",
  "an instance lives of a release that is": `
    SELECT release.state AS what FROM instance JOIN release ON release.id = instance.releaseId
    WHERE instance.state = 'live' AND release.state <> 'live'`,
  "a live release is not its service's": `
    SELECT release.id AS what FROM release JOIN service ON service.id = release.serviceId
    WHERE release.state = 'live' AND service.liveReleaseId IS NOT release.id`,
  "two live instances have one place": `
    SELECT releaseId || ' ' || ordinal AS what FROM instance WHERE state = 'live' GROUP BY releaseId, ordinal HAVING count(*) > 1`,
  "no address stands for the private name": `
    SELECT service.name AS what FROM service JOIN environment ON environment.id = service.environmentId
    WHERE service.virtualAddress IS NULL AND service.shape <> 'static' AND environment.subnet IS NOT NULL`,
  "a project is still": "SELECT 'deleted' AS what FROM project WHERE deletedAt IS NOT NULL",
  "a service is still": "SELECT intent AS what FROM service WHERE intent = 'deleted'",
  "a step has not ended of a job that is": `
    SELECT job.state AS what FROM job, json_each(job.steps) AS step WHERE job.endedAt IS NOT NULL AND json_extract(step.value, '$.state') = 'running'`,
};

/** One for each folder: looked at many times a second, opening it would be most of the work. */
const opened = new Map<string, DatabaseSync>();
function rowsOf(dataDir: string, sql: string, ...values: string[]): Record<string, unknown>[] {
  const db = opened.get(dataDir) ?? new DatabaseSync(join(dataDir, "store.db"), { readOnly: true });
  opened.set(dataDir, db);
  return db.prepare(sql).all(...values);
}

export function wrongRows(dataDir: string): string[] {
  return Object.entries(UNDER_WAY).flatMap(([words, sql]) => rowsOf(dataDir, sql).map(({ what }) => `${words} ${String(what)}`));
}

export const openJobs = (dataDir: string): string[] =>
  rowsOf(dataDir, "SELECT kind, state FROM job WHERE endedAt IS NULL").map(({ kind, state }) => `${String(kind)} is still ${String(state)}`);

/** Of the instances that serve, as their rows name them. */
export const liveContainers = (dataDir: string, serviceId: string): string[] => {
  const sql = "SELECT coalesce(instance.containerId, 'none') AS id FROM instance JOIN release ON release.id = instance.releaseId WHERE instance.state = 'live' AND release.serviceId = ?";
  return rowsOf(dataDir, sql, serviceId).map(({ id }) => String(id));
};

/** Ids that a folder may be named after. */
export const idsIn = (dataDir: string, sql: string): Set<string> => new Set(rowsOf(dataDir, sql).map(({ id }) => String(id)));
