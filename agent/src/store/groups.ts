import { all, insert, one, type Db } from "./sql.ts";

/** stop: those after a member that failed are dropped; goOn: they begin all the same. */
export type OnFailure = "stop" | "goOn";
export type JobGroupRow = { id: string; subject: string; onFailure: OnFailure; createdAt: number };

export const createJobGroup = (db: Db, group: JobGroupRow): void => insert(db, "jobGroup", group);
export const findJobGroup = (db: Db, id: string) => one<JobGroupRow>(db, "SELECT * FROM jobGroup WHERE id = ?", id);

export const putAfter = (db: Db, jobId: string, afterId: string): void => insert(db, "jobAfter", { jobId, afterId });

/** The jobs that this one waits for. */
export const jobsBefore = (db: Db, jobId: string): string[] =>
  all<{ afterId: string }>(db, "SELECT afterId FROM jobAfter WHERE jobId = ?", jobId).map(({ afterId }) => afterId);
