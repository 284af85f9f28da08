import { all, insert, one, run, type Db } from "./sql.ts";

/** stop: those after a member that failed are dropped; goOn: they begin all the same. */
export type OnFailure = "stop" | "goOn";
export type JobGroupRow = { id: string; subject: string; onFailure: OnFailure; createdAt: number };

export const createJobGroup = (db: Db, group: JobGroupRow): void => insert(db, "jobGroup", group);
export const findJobGroup = (db: Db, id: string) => one<JobGroupRow>(db, "SELECT * FROM jobGroup WHERE id = ?", id);

export const putAfter = (db: Db, jobId: string, afterId: string): void => insert(db, "jobAfter", { jobId, afterId });

/** Whoever waits for one job waits for another in its place. */
export function succeed(db: Db, afterId: string, by: string): void {
  run(db, "INSERT OR IGNORE INTO jobAfter (jobId, afterId) SELECT jobId, ? FROM jobAfter WHERE afterId = ? AND jobId <> ?", by, afterId, by);
  run(db, "DELETE FROM jobAfter WHERE afterId = ?", afterId);
}

/** The jobs that this one waits for. */
export const jobsBefore = (db: Db, jobId: string): string[] =>
  all<{ afterId: string }>(db, "SELECT afterId FROM jobAfter WHERE jobId = ?", jobId).map(({ afterId }) => afterId);
