import type { DeployDeps } from "./deploy/deps.ts";
import { createDeployJob } from "./deploy/story.ts";
import type { JobEntry } from "./jobs/index.ts";
import { createDeleteProjectJob, createDeleteServiceJob } from "./lifecycle/delete.ts";
import { createStartJob } from "./lifecycle/start.ts";
import { createStopJob } from "./lifecycle/stop.ts";

/** Every kind of job that this agent knows. */
export const jobKinds = (deps: DeployDeps): JobEntry[] => [
  createDeployJob(deps),
  createStopJob(deps),
  createStartJob(deps, "start"),
  createStartJob(deps, "restart"),
  createDeleteServiceJob(deps),
  createDeleteProjectJob(deps),
];
