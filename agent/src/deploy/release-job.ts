import { claim, DAYS, type JobEntry } from "../jobs/index.ts";
import { releasesOfDeployment } from "../store/index.ts";
import type { DeployDeps } from "./deps.ts";
import { olderDeploys } from "./supersedes.ts";
import { undoDeploy } from "./undo.ts";

/** What is so of every kind of job whose commit is a live release. */
export const releaseJob = (deps: DeployDeps) =>
  ({
    claims: ({ subject }) => [claim.process(subject, "X")],
    supersedes: olderDeploys,
    retention: { newest: 50, of: "service", days: DAYS.jobs, logs: 30 },
    // A release that is kept is shown with the deployment that made it.
    holds: ({ id }) => releasesOfDeployment(deps.db, id).length > 0,
    crash: "undo",
    undo: (context) => undoDeploy(deps, context),
  }) satisfies Partial<JobEntry>;
