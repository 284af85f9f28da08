import * as z from "zod";
import type { DeployDeps } from "../deploy/deps.ts";
import { removeNetwork } from "../docker/network.ts";
import { claim, defineJob, SHORT_LIVED, type Claim, type JobContext, type JobEntry } from "../jobs/index.ts";
import { networkName } from "../network/ensure.ts";
import { deleteEnvironment, deleteProject, environmentsOf, findEnvironment, findProject, listServices } from "../store/index.ts";
import { setEnvironmentDeleted, setIntent, setProjectDeleted, type Db } from "../store/index.ts";
import { removeVolumesOf } from "../volumes/empty.ts";
import { removeService } from "./delete.ts";
import { REMOVE } from "./words.ts";

/** What holds services: an environment, or with null a project with all of its environments. */
export type Whole = { projectId: string; environmentId: string | null };

export const claimOfWhole = ({ projectId, environmentId }: Whole): Claim =>
  claim[environmentId === null ? "project" : "environment"]({ projectId, environmentId, serviceId: null }, "X");

export const isThere = (db: Db, { projectId, environmentId }: Whole): boolean =>
  (environmentId === null ? findProject(db, projectId) : findEnvironment(db, environmentId)) !== undefined;

const servicesIn = (db: Db, { projectId, environmentId }: Whole) => listServices(db, environmentId === null ? { projectId } : { environmentId });

/** Deletes one with all that is in it: the mark on it and its services is the commit, and the rows go last. */
export function createDeleteWholeJob(deps: DeployDeps, what: "project" | "environment", finishSeconds: number): JobEntry {
  const wholeOf = ({ projectId, environmentId }: JobContext["job"]): Whole | null =>
    projectId === null || (what === "environment" && environmentId === null) ? null : { projectId, environmentId: what === "environment" ? environmentId : null };
  return defineJob({
    kind: `delete-${what}`,
    words: { doing: "Delete", done: "deleted" },
    input: z.object({}),
    steps: () => [REMOVE],
    claims: ({ subject }) => [claim[what](subject, "X")],
    deletes: what,
    deadlines: { run: 60, undo: 60, finish: finishSeconds },
    retention: SHORT_LIVED,
    crash: "undo",
    async run({ job, commit }) {
      const whole = wholeOf(job);
      commit(() => whole !== null && mark(deps.db, whole));
    },
    async undo() {},
    async finish(context) {
      const whole = wholeOf(context.job);
      if (whole !== null) await context.step(REMOVE.name, () => removeWhole(deps, whole, context), { deadlineSeconds: finishSeconds });
    },
  });
}

/** From here on it goes, whatever becomes of the job. */
function mark(db: Db, whole: Whole): void {
  if (whole.environmentId === null) setProjectDeleted(db, whole.projectId);
  else setEnvironmentDeleted(db, whole.environmentId);
  for (const { id } of servicesIn(db, whole)) setIntent(db, id, "deleted");
}

/** Its services, its networks, its row; as often as one likes. */
export async function removeWhole(deps: DeployDeps, whole: Whole, tell: Partial<Pick<JobContext, "detail" | "progress">> = {}): Promise<void> {
  const { db } = deps;
  const services = servicesIn(db, whole);
  for (const [index, { id, name }] of services.entries()) {
    tell.detail?.(`Removing ${name}`);
    tell.progress?.({ done: index, total: services.length, unit: "services" });
    await removeService(deps, id);
  }
  const environments = whole.environmentId === null ? environmentsOf(db, whole.projectId).map(({ id }) => id) : [whole.environmentId];
  for (const id of environments) {
    await removeVolumesOf(deps, id);
    await removeNetwork(deps.docker, networkName(deps.instanceId, id));
    await deps.names.forget(id);
  }
  if (whole.environmentId === null) deleteProject(db, whole.projectId);
  else deleteEnvironment(db, whole.environmentId);
  await deps.names.sync();
  // A pass that had begun before has written them once more.
  for (const id of environments) await deps.names.forget(id);
}
