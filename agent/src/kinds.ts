import { createCleanupJob } from "./cleanup/job.ts";
import type { DeployDeps } from "./deploy/deps.ts";
import { createRollbackJob } from "./deploy/rollback.ts";
import { createDeployJob } from "./deploy/story.ts";
import type { JobEntry } from "./jobs/index.ts";
import { createDeleteServiceJob } from "./lifecycle/delete.ts";
import { createStartJob } from "./lifecycle/start.ts";
import { createStopJob } from "./lifecycle/stop.ts";
import { createDeleteWholeJob } from "./lifecycle/whole.ts";
import { createRunOnceJob } from "./run-once/job.ts";
import { createCopyVolumeJob } from "./volumes/copy.ts";
import { createEmptyTrashJob } from "./volumes/empty.ts";

/** Every kind of job that this agent knows. */
export const jobKinds = (deps: DeployDeps): JobEntry[] => [
  createDeployJob(deps),
  createRollbackJob(deps),
  createStopJob(deps),
  createStartJob(deps, "start"),
  createStartJob(deps, "restart"),
  createRunOnceJob(deps),
  createDeleteServiceJob(deps),
  createDeleteWholeJob(deps, "environment", 3600),
  createDeleteWholeJob(deps, "project", 7200),
  createCleanupJob(deps),
  createEmptyTrashJob(deps),
  createCopyVolumeJob(deps),
];
