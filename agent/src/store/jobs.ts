import type { Job, Problem } from "../../contract/index.ts";
import { all, insert, json, one, parsed, update, type Db } from "./sql.ts";

export type JobKind = Job["kind"];
export type JobState = Job["state"];

export type JobRow = {
  id: string;
  kind: JobKind;
  subject: string;
  projectId: string | null;
  serviceId: string | null;
  deploymentId: string | null;
  state: JobState;
  /** Past its commit point: it can only be finished, never undone. */
  committed: boolean;
  cancelRequested: boolean;
  stepDetail: string | null;
  problem: Problem | null;
  createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
};
type Stored = Omit<JobRow, "committed" | "cancelRequested" | "problem"> & {
  committed: number;
  cancelRequested: number;
  problem: string | null;
};

const row = (stored: Stored): JobRow => ({
  ...stored,
  committed: stored.committed === 1,
  cancelRequested: stored.cancelRequested === 1,
  problem: parsed<Problem | null>(stored.problem),
});

export type NewJob = Pick<JobRow, "id" | "kind" | "subject" | "projectId" | "serviceId" | "deploymentId">;

export const createJob = (db: Db, job: NewJob): void =>
  insert(db, "job", { ...job, state: "queued", createdAt: Date.now() });

export function findJob(db: Db, id: string): JobRow | undefined {
  const stored = one<Stored>(db, "SELECT * FROM job WHERE id = ?", id);
  return stored && row(stored);
}

/** Oldest first: the order in which they run. */
export const jobsInState = (db: Db, state: JobState): JobRow[] =>
  all<Stored>(db, "SELECT * FROM job WHERE state = ? ORDER BY id", state).map(row);

/** Those that have not ended, then the latest ended ones: newest first. */
export const listJobs = (db: Db, limit = 100): JobRow[] =>
  all<Stored>(
    db,
    "SELECT * FROM job ORDER BY state IN ('queued', 'running') DESC, id DESC LIMIT ?",
    limit,
  ).map(row);

export const updateJob = (
  db: Db,
  id: string,
  change: Partial<Pick<JobRow, "state" | "committed" | "cancelRequested" | "stepDetail" | "startedAt" | "endedAt">> & {
    problem?: Problem | null;
  },
): number => {
  const { problem, ...rest } = change;
  return update(db, "job", id, { ...rest, ...(problem === undefined ? {} : { problem: json(problem) }) });
};
