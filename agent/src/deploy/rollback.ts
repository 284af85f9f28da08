import { v7 as uuid } from "uuid";
import * as z from "zod";
import { fail } from "../../contract/problem.ts";
import { imageTag } from "../docker/names.ts";
import { defineJob, type JobContext, type JobEntry } from "../jobs/index.ts";
import { refuseTaken } from "../network/taken.ts";
import { runs, shapeOf } from "../shapes/index.ts";
import { askedInput, askedOf, copyRelease, findRelease, mountsWanted, setReleaseDigest, transaction, updateDeployment, type Db, type Mount, type ReleaseRow, type ServiceRow } from "../store/index.ts";
import { digestOfValues } from "../variables/index.ts";
import type { DeployDeps } from "./deps.ts";
import { discardInput, discardOf, refuseLoss } from "./discard.ts";
import { keptRelease } from "./kept.ts";
import { liveRelease, openVariables, serviceOf, type Plan } from "./plan.ts";
import { releaseJob } from "./release-job.ts";
import { retireStep } from "./retire.ts";
import { fromRelease, RELEASE_STEPS, tellOfPort } from "./story.ts";

const input = z.object({ ...discardInput, ...askedInput });

/**
 * A kept release comes back as a new one with its image or site, config and variables: nothing is fetched, no registry is
 * asked. From there it is a deploy: release → check → route, then the commit.
 */
export function createRollbackJob(deps: DeployDeps): JobEntry {
  return defineJob({
    kind: "rollback",
    words: { doing: "Roll back", done: "is rolled back" },
    input,
    steps: () => RELEASE_STEPS,
    ...releaseJob(deps),
    deadlines: { run: 2100, undo: 120, finish: 900 },
    async run(context) {
      await refuseLoss(deps, serviceOf(deps.db, context.job), discardOf(context.job.input));
      await fromRelease(deps, context, await beginAgain(deps, context));
    },
    async finish(context) {
      tellOfPort(deps, serviceOf(deps.db, context.job).id);
      await retireStep(deps, context);
    },
  });
}

/** The row first, as in a deploy: what holds its image or site follows from it. */
async function beginAgain(deps: DeployDeps, { job, log }: JobContext): Promise<Plan> {
  const { db, instanceId } = deps;
  const service = serviceOf(db, job);
  const from = keptRelease(db, service, askedOf(job.input).fromReleaseId ?? "");
  if (from.damage !== null) throw fail("SETTINGS_DAMAGED", { service: service.name, fields: from.damage });
  const variables = await openVariables(deps, from);
  const id = uuid();
  const image = from.image === imageTag(instanceId, service.id, from.id) ? imageTag(instanceId, service.id, id) : from.image;
  transaction(db, () => {
    // Another service may have been given a name or a port of it since this was asked for.
    refuseTaken(db, service, from.config);
    copyRelease(db, from, { id, deploymentId: job.deploymentId!, image, mounts: mountsNow(db, service) });
    if (from.variablesDigest === null) setReleaseDigest(db, id, digestOfValues(deps.sealer, variables));
    updateDeployment(db, job.deploymentId!, { commit: from.commit, image });
  });
  const release = findRelease(db, id)!;
  if (!(await shapeOf(release).hold(deps, release))) throw gone(service, from);
  log(`Back to the release ${from.id}${from.commit === null ? "" : `, commit ${from.commit.sha}: ${from.commit.message}`}`);
  return { service, release, variables, previous: liveRelease(db, service) };
}

/** Those of the live release; where what it has cannot be read, those that are wanted. */
function mountsNow(db: Db, service: ServiceRow): Mount[] {
  const live = liveRelease(db, service);
  if (live === null) return [];
  return live.damage !== null && live.mounts.length === 0 ? mountsWanted(db, service.id) : live.mounts;
}

const gone = (service: ServiceRow, from: ReleaseRow) =>
  fail("RELEASE_MATERIAL_GONE", { what: runs(from) ? "The image" : "The folder", id: from.id, service: service.name });
