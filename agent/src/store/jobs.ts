import type { JobState, Problem, Step } from "../../contract/index.ts";
import { readAny, readProblem, readSteps, readWarnings } from "./read.ts";
import { all, insert, json, one, run, transaction, update, type Db } from "./sql.ts";

export type { JobState };

/** S: shared with other S, X: alone. The resource is a path: an X stands against everything below it. */
export type ClaimRow = { resource: string; mode: "S" | "X" };

export type JobRow = {
  id: string;
  kind: string;
  subject: string;
  projectId: string | null;
  environmentId: string | null;
  serviceId: string | null;
  deploymentId: string | null;
  groupId: string | null;
  /** What it was asked, as its kind's schema reads it. */
  input: unknown;
  state: JobState;
  steps: Step[];
  /** Where a story that is resumed goes on; null: at its beginning. */
  checkpoint: unknown;
  /** Lives of the agent since the last checkpoint. */
  resumes: number;
  /** When one that is paused goes on by itself. */
  resumeAt: number | null;
  /** Past its commit point: it can only be finished, never undone. */
  committed: boolean;
  cancelRequested: boolean;
  problem: Problem | null;
  warnings: Problem[];
  createdAt: number;
  /** Since when it stands in the line. */
  queuedAt: number;
  startedAt: number | null;
  endedAt: number | null;
};
type Stored = Omit<JobRow, "committed" | "cancelRequested" | "problem" | "warnings" | "steps" | "input" | "checkpoint"> & {
  committed: number;
  cancelRequested: number;
  problem: string | null;
  warnings: string;
  steps: string;
  input: string;
  checkpoint: string | null;
};

const row = (stored: Stored): JobRow => ({
  ...stored,
  input: readAny(stored.input, stored.id),
  steps: readSteps(stored.steps, stored.id),
  checkpoint: readAny(stored.checkpoint, stored.id),
  committed: stored.committed === 1,
  cancelRequested: stored.cancelRequested === 1,
  problem: readProblem(stored.problem, stored.id),
  warnings: readWarnings(stored.warnings, stored.id),
});

export type NewJob = Pick<JobRow, "id" | "kind" | "subject"> &
  Partial<Pick<JobRow, "projectId" | "environmentId" | "serviceId" | "deploymentId" | "groupId" | "input" | "steps">>;

export function createJob(db: Db, { input, steps, ...job }: NewJob, claims: readonly ClaimRow[] = [], now = Date.now()): void {
  transaction(db, () => {
    insert(db, "job", { ...job, input: json(input ?? {}), steps: json(steps ?? []), state: "queued", createdAt: now, queuedAt: now });
    for (const claim of claims) insert(db, "jobClaim", { jobId: job.id, ...claim });
  });
}

export function findJob(db: Db, id: string): JobRow | undefined {
  const stored = one<Stored>(db, "SELECT * FROM job WHERE id = ?", id);
  return stored && row(stored);
}

export const claimsOf = (db: Db, jobId: string): ClaimRow[] =>
  all<ClaimRow>(db, "SELECT resource, mode FROM jobClaim WHERE jobId = ?", jobId);

/** Oldest first. */
export const jobsInState = (db: Db, state: JobState): JobRow[] =>
  all<Stored>(db, "SELECT * FROM job WHERE state = ? ORDER BY id", state).map(row);

/** Those that have not ended, oldest first. */
export const openJobs = (db: Db): JobRow[] => all<Stored>(db, "SELECT * FROM job WHERE endedAt IS NULL ORDER BY id").map(row);

export const jobsOfGroup = (db: Db, groupId: string): JobRow[] =>
  all<Stored>(db, "SELECT * FROM job WHERE groupId = ? ORDER BY id", groupId).map(row);

/** Of one kind of a service, newest first; `before`: those before that id. */
export const jobsOfService = (db: Db, serviceId: string, kind: string, { before = LAST, limit }: { before?: string | undefined; limit: number }): JobRow[] =>
  all<Stored>(db, "SELECT * FROM job WHERE serviceId = ? AND kind = ? AND id < ? ORDER BY id DESC LIMIT ?", serviceId, kind, before, limit).map(row);

/** Greater than every id. */
const LAST = "g";

/** First those that have not ended, then the ended ones, newest first; `before`: only ended ones, before that id. */
export function listJobs(db: Db, { before, limit = 100 }: { before?: string; limit?: number } = {}): JobRow[] {
  const going = before === undefined ? openJobs(db).reverse().slice(0, limit) : [];
  const ended = all<Stored>(
    db,
    "SELECT * FROM job WHERE endedAt IS NOT NULL AND id < ? ORDER BY id DESC LIMIT ?",
    before ?? LAST,
    limit - going.length,
  );
  return [...going, ...ended.map(row)];
}

type JobChange = Partial<
  Pick<
    JobRow,
    "state" | "committed" | "cancelRequested" | "startedAt" | "endedAt" | "queuedAt" | "resumes" | "resumeAt" | "steps" | "warnings" | "problem" | "checkpoint"
  >
>;
const OBJECTS = ["steps", "warnings", "problem", "checkpoint"] as const;

export function updateJob(db: Db, id: string, change: JobChange): number {
  const { steps: _s, warnings: _w, problem: _p, checkpoint: _c, ...plain } = change;
  const objects = OBJECTS.filter((column) => change[column] !== undefined).map((column) => [column, json(change[column])] as const);
  return update(db, "job", id, { ...plain, ...Object.fromEntries(objects) });
}

/** With its claims, its edges and its deployment; what came of it stays with the act that began it. */
export function deleteJob(db: Db, id: string): void {
  transaction(db, () => {
    run(
      db,
      `UPDATE audit SET outcome = CASE job.state WHEN 'cancelled' THEN 'cancelled' ELSE coalesce(job.problem ->> 'code', audit.outcome) END,
         problem = coalesce(job.problem, audit.problem)
       FROM job WHERE job.id = audit.jobId AND audit.jobId = ? AND audit.outcome = 'ok'`,
      id,
    );
    const groupId = one<{ groupId: string | null }>(db, "SELECT groupId FROM job WHERE id = ?", id)?.groupId ?? null;
    run(db, "DELETE FROM job WHERE id = ?", id);
    if (groupId !== null) run(db, "DELETE FROM jobGroup WHERE id = ? AND id NOT IN (SELECT groupId FROM job WHERE groupId = ?)", groupId, groupId);
  });
}
