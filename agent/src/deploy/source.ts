import { fail } from "../../contract/problem.ts";
import type { JobContext } from "../jobs/index.ts";
import { sourceOf, type Material } from "../sources/index.ts";
import type { DeployDeps } from "./deps.ts";
import type { Plan } from "./plan.ts";

const DEADLINE_SECONDS = 1800;

/** Brings what is to be deployed onto this server: a commit, or an image. */
export function bringSource(deps: DeployDeps, context: JobContext, plan: Plan): Promise<Material> {
  return context.step(
    "source",
    (signal) => mustKnow(plan).bring({ deps, context, plan, signal }),
    { deadlineSeconds: DEADLINE_SECONDS },
  );
}

/** What an earlier life has brought; it is kept for as long as its job has not ended. */
export const materialAgain = (deps: Pick<DeployDeps, "paths">, { job }: JobContext, plan: Plan): Material => mustKnow(plan).again({ deps, jobId: job.id });

function mustKnow({ service, release }: Plan) {
  const source = sourceOf(release.config.source);
  if (source === null) throw fail("SETTINGS_DAMAGED", { service: service.name, fields: "source" });
  return source;
}
