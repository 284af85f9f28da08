import { stepName, type Deployment, type Job, type Problem, type Step } from "../../contract/index.ts";
import { all, insert, json, one, parsed, update, type Db } from "./sql.ts";
import type { Commit } from "./releases.ts";

/** State, problem and end of a deployment are those of its job: one fact, one place. */
export type DeploymentRow = Omit<Deployment, "progress"> & { jobId: string };

type Stored = {
  id: string;
  serviceId: string;
  jobId: string;
  steps: string;
  commit: string | null;
  image: string | null;
  releaseId: string | null;
  warnings: string;
  state: Job["state"];
  problem: string | null;
  createdAt: number;
  endedAt: number | null;
};

const row = (stored: Stored): DeploymentRow => ({
  ...stored,
  steps: parsed<Step[]>(stored.steps),
  commit: parsed<Commit | null>(stored.commit),
  warnings: parsed<Problem[]>(stored.warnings),
  problem: parsed<Problem | null>(stored.problem),
});

const SELECT = `SELECT deployment.*, job.state, job.problem, job.createdAt, job.endedAt
  FROM deployment JOIN job ON job.id = deployment.jobId`;

export function createDeployment(db: Db, deployment: { id: string; serviceId: string; jobId: string }): void {
  const steps: Step[] = stepName.options.map((name) => ({ name, state: "waiting", detail: null, startedAt: null, endedAt: null }));
  insert(db, "deployment", { ...deployment, steps: json(steps) });
}

export function findDeployment(db: Db, id: string): DeploymentRow | undefined {
  const stored = one<Stored>(db, `${SELECT} WHERE deployment.id = ?`, id);
  return stored && row(stored);
}

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
  change: { commit?: Commit | null; image?: string | null; releaseId?: string | null; warnings?: Problem[]; steps?: Step[] },
): number => {
  const { image, releaseId, ...objects } = change;
  return update(db, "deployment", id, {
    ...(image === undefined ? {} : { image }),
    ...(releaseId === undefined ? {} : { releaseId }),
    ...Object.fromEntries(
      Object.entries(objects)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => [key, json(value)]),
    ),
  });
};
