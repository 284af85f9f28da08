<<<<<<< HEAD
import { join } from "node:path";
import { inspectImage, tagImage } from "../docker/image.ts";
import { imageTag } from "../docker/names.ts";
import { pullImage } from "../docker/pull.ts";
import { fetchSource, removeSource, sourceDirectory } from "../git/index.ts";
import type { JobContext } from "../jobs/index.ts";
import { updateDeployment, updateRelease } from "../store/index.ts";
import { describe } from "../../contract/problem.ts";
=======
import { fail } from "../../contract/problem.ts";
import { fault, type JobContext } from "../jobs/index.ts";
import { sourceOf, type Material } from "../sources/index.ts";
>>>>>>> main
import type { DeployDeps } from "./deps.ts";
import type { Plan } from "./plan.ts";

const DEADLINE_SECONDS = 1800;

/** Brings what is to be deployed onto this server: a commit, or an image. */
export function bringSource(deps: DeployDeps, context: JobContext, plan: Plan): Promise<Material> {
  return context.step(
    "source",
<<<<<<< HEAD
    (signal) => (source.type === "git" ? fetchCommit(deps, context, plan, source, signal) : pull(deps, context, plan, source.reference, signal)),
=======
    async (signal) => {
      fault("source.before");
      const material = await mustKnow(plan).bring({ deps, context, plan, signal });
      fault("source.after");
      return material;
    },
>>>>>>> main
    { deadlineSeconds: DEADLINE_SECONDS },
  );
}

/** What an earlier life has brought; it is kept for as long as its job has not ended. */
export const materialAgain = (deps: Pick<DeployDeps, "paths">, { job }: JobContext, plan: Plan): Material => mustKnow(plan).again({ deps, jobId: job.id });

<<<<<<< HEAD
function material(checkout: string, rootDirectory: string): NonNullable<Material> {
  return { directory: join(checkout, rootDirectory), name: rootDirectory === "" ? "the repository's root" : rootDirectory };
}

export function checkoutPath({ paths }: Pick<DeployDeps, "paths">, jobId: string): string {
  return join(paths.sources, jobId);
}

type Git = Extract<Plan["release"]["config"]["source"], { type: "git" }>;

async function fetchCommit(
  deps: DeployDeps,
  context: JobContext,
  { release }: Plan,
  source: Git,
  signal: AbortSignal,
): Promise<Material> {
  const into = checkoutPath(deps, context.job.id);
  // An earlier life of this job cannot have left it: every job has its own folder and runs once.
  await removeSource(into);
  const commit = await fetchSource({
    url: source.url,
    branch: source.branch,
    into,
    sourcesDir: deps.paths.sources,
    account: deps.sandbox,
    signal,
    log: context.log,
  });
  release.commit = commit;
  updateRelease(deps.db, release.id, { commit });
  updateDeployment(deps.db, release.deploymentId, { commit });
  context.detail(`${commit.sha.slice(0, 7)} ${commit.message}`);
  context.log(`Commit ${commit.sha} by ${commit.author}: ${commit.message}`);
  await sourceDirectory({ into, rootDirectory: source.rootDirectory, sha: commit.sha });
  return material(into, source.rootDirectory);
}

async function pull(
  deps: DeployDeps,
  context: JobContext,
  { release, service }: Plan,
  reference: string,
  signal: AbortSignal,
): Promise<Material> {
  context.detail(`Pulling ${reference}`);
  const imageId = await pullImage(deps.docker, reference, {
    signal,
    log: (line) => context.log(line, "out"),
    onProgress: context.progress,
  });
  await tagImage(deps.docker, imageId, imageTag(deps.instanceId, service.id, release.id));
  const { volumes } = await inspectImage(deps.docker, imageId);
  if (volumes.length > 0) {
    context.warn(describe("IMAGE_HAS_VOLUMES", { reference, paths: volumes.join(", ") }));
  }
  keepImage(deps, release, reference, imageId);
  context.detail(`${reference} is ${imageId.slice(0, 19)}`);
  return null;
}

/** Where the image of a release is written down, in its row and in its deployment's. */
export function keepImage({ db }: DeployDeps, release: Plan["release"], image: string, imageId: string): void {
  release.image = image;
  release.imageId = imageId;
  updateRelease(db, release.id, { image, imageId });
  updateDeployment(db, release.deploymentId, { image });
=======
function mustKnow({ service, release }: Plan) {
  const source = sourceOf(release.config.source);
  if (source === null) throw fail("SETTINGS_DAMAGED", { service: service.name, fields: "source" });
  return source;
>>>>>>> main
}
