import type { Commit, Deployment, JobState } from "../../contract/index.ts";
import { askedOf } from "./asked.ts";
import { readAny, readCommit, readProblem, readSteps, readWarnings } from "./read.ts";
import { all, insert, json, one, update, type Db } from "./sql.ts";

/** State, steps, problem and end of a deployment are those of its job: one fact, one place. */
export type DeploymentRow = Omit<Deployment, "state" | "progress"> & { jobId: string; state: JobState };

type Stored = {
  id: string;
  serviceId: string;
  jobId: string;
  steps: string;
  commit: string | null;
  image: string | null;
  releaseId: string | null;
  warnings: string;
  input: string;
  state: JobState;
  problem: string | null;
  createdAt: number;
  endedAt: number | null;
};

const row = ({ input, ...stored }: Stored): DeploymentRow => ({
  ...stored,
  ...reasonOf(askedOf(readAny(input, stored.id))),
  steps: readSteps(stored.steps, stored.id),
  commit: readCommit(stored.commit, stored.id),
  warnings: readWarnings(stored.warnings, stored.id),
  problem: readProblem(stored.problem, stored.id),
});

const reasonOf = ({ by, commit, fromReleaseId }: ReturnType<typeof askedOf>): Pick<Deployment, "by" | "why" | "fromReleaseId"> => ({
  by,
  why: fromReleaseId !== null ? "rollback" : commit === null ? "asked" : "redeploy",
  fromReleaseId,
});

const SELECT = `SELECT deployment.*, job.state, job.steps, job.warnings, job.problem, job.input, job.createdAt, job.endedAt
  FROM deployment JOIN job ON job.id = deployment.jobId`;

type NewDeployment = { id: string; serviceId: string; jobId: string; commit?: Commit | null; image?: string | null };

export const createDeployment = (db: Db, { commit, ...rest }: NewDeployment): void => insert(db, "deployment", { ...rest, commit: json(commit) });

export function findDeployment(db: Db, id: string): DeploymentRow | undefined {
  const stored = one<Stored>(db, `${SELECT} WHERE deployment.id = ?`, id);
  return stored && row(stored);
}

/** Whether a deploy or a rollback is on its way that nobody has taken back. */
export const isBeingDeployed = (db: Db, serviceId: string): boolean =>
  one(db, "SELECT 1 FROM deployment JOIN job ON job.id = deployment.jobId WHERE deployment.serviceId = ? AND job.endedAt IS NULL AND job.cancelRequested = 0", serviceId) !== undefined;

/** Newest first; `before` is the last one already shown. */
export const listDeployments = (db: Db, serviceId: string, before?: string, limit = 100): DeploymentRow[] =>
  all<Stored>(
    db,
    `${SELECT} WHERE deployment.serviceId = ? AND (? IS NULL OR deployment.id < ?) ORDER BY deployment.id DESC LIMIT ?`,
    serviceId,
    before ?? null,
    before ?? null,
    limit,
  ).map(row);

export const lastDeployment = (db: Db, serviceId: string): DeploymentRow | undefined =>
  listDeployments(db, serviceId, undefined, 1)[0];

export const updateDeployment = (
  db: Db,
  id: string,
  change: { commit?: Commit | null; image?: string | null; releaseId?: string | null },
): number => {
  const { commit, ...rest } = change;
  return update(db, "deployment", id, { ...rest, ...(commit === undefined ? {} : { commit: json(commit) }) });
};
