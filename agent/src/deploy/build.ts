import { join } from "node:path";
import { buildImage, buildSite, type BuilderOptions } from "../build/index.ts";
import { canRejoin } from "../sandbox/index.ts";
import { engineDir, whileItAnswers } from "../docker/engine.ts";
import { imageTag, labels } from "../docker/names.ts";
import type { JobContext } from "../jobs/index.ts";
import { updateRelease } from "../store/index.ts";
import type { DeployDeps } from "./deps.ts";
import { releaseVariables } from "./environment.ts";
import type { Plan } from "./plan.ts";
import { keepImage, type Material } from "./source.ts";

const DEADLINE_SECONDS = 3600;
const BUILD_STEP = "build";
/** Under this name the builder's own output stands beside the job's log until the job has ended. */
export const BUILD_OUTPUT = "build";

/** Whether an earlier agent was at the build, and the builder has gone on or come to its end since. */
export const buildGoesOn = async (context: JobContext, step: string): Promise<boolean> =>
  step === BUILD_STEP && (await canRejoin(context.kept(BUILD_STEP)));

/** Makes the image or the site's files of the release; `rejoin`: goes on where an earlier agent was. */
export async function build(deps: DeployDeps, context: JobContext, plan: Plan, material: Material, { rejoin = false } = {}): Promise<void> {
  if (material === null) return context.skip("build", "The image is used as it is");
  await context.step(
    BUILD_STEP,
    (signal) =>
      whileItAnswers(deps.docker, "build", signal, async (until) => {
        if (plan.service.kind === "static") await site(deps, { ...common(deps, context, plan, until), rejoin }, context, plan, material);
        else await image(deps, { ...common(deps, context, plan, until), rejoin }, context, plan, material);
      }),
    { deadlineSeconds: DEADLINE_SECONDS },
  );
}

type Source = NonNullable<Material>;

type Means = ReturnType<typeof common> & { rejoin: boolean };

async function image(deps: DeployDeps, means: Means, context: JobContext, plan: Plan, material: Source): Promise<void> {
  const { release, service } = plan;
  const tag = imageTag(deps.instanceId, service.id, release.id);
  const { imageId } = await buildImage({
    ...means,
    context: material.directory,
    contextName: material.name,
    tag,
    labels: labels({ instance: deps.instanceId, service: service.id, release: release.id, job: context.job.id }),
  });
  keepImage(deps, release, tag, imageId);
  context.detail(`Built ${imageId.slice(0, 19)}`);
}

async function site(deps: DeployDeps, means: Means, context: JobContext, plan: Plan, material: Source): Promise<void> {
  const { release, service, variables } = plan;
  const into = deps.paths.site(service.id, release.id);
  release.sitePath = into;
  updateRelease(deps.db, release.id, { sitePath: into });
  const made = await buildSite({
    ...means,
    context: material.directory,
    contextName: material.name,
    site: release.config.site ?? { outputDirectory: "", buildCommand: null, buildImage: "node:24-slim" },
    variables: { ...variables, ...releaseVariables(release) },
    into,
    account: deps.sandbox,
  });
  context.detail(`${made.files} files`);
}

function common(deps: DeployDeps, context: JobContext, plan: Plan, signal: AbortSignal) {
  const output = context.output(BUILD_OUTPUT);
  return {
    builder: builderOf(deps),
    tmpDir: context.tmp(),
    outputFile: output.path,
    signal,
    log: output.line,
    onProgress: context.progress,
    serviceName: plan.service.name,
  };
}

function builderOf({ config, docker, paths }: DeployDeps): BuilderOptions {
  return {
    buildx: config.buildx,
    dockerSocket: config.dockerSocket,
    stateDir: join(paths.tmp, "buildx"),
    engineDir: () => engineDir(docker),
  };
}
