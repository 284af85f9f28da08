import { join } from "node:path";
import type { BuilderOptions } from "../build/index.ts";
import { canRejoin } from "../sandbox/index.ts";
import { engineDir, whileItAnswers } from "../docker/engine.ts";
import type { JobContext } from "../jobs/index.ts";
import { shapeOf, type Means } from "../shapes/index.ts";
import type { Material } from "../sources/index.ts";
import { withOwnCache } from "./build-records.ts";
import type { DeployDeps } from "./deps.ts";
import type { Plan } from "./plan.ts";

const DEADLINE_SECONDS = 3600;
const BUILD_STEP = "build";
/** Under this name the builder's own output stands beside the job's log until the job has ended. */
export const BUILD_OUTPUT = "build";

/** Whether an earlier agent was at the build, and the builder has gone on or come to its end since. */
export const buildGoesOn = async (context: JobContext, step: string): Promise<boolean> =>
  step === BUILD_STEP && (await canRejoin(context.kept(BUILD_STEP)));

/** Makes what the release is from its material; `rejoin`: goes on where an earlier agent was. */
export async function build(deps: DeployDeps, context: JobContext, plan: Plan, material: Material, { rejoin = false } = {}): Promise<void> {
  if (material === null) return context.skip("build", "The image is used as it is");
  await context.step(
    BUILD_STEP,
    (signal) =>
      whileItAnswers(deps.docker, "build", signal, async (until) => {
        const make = () => shapeOf(plan.release).make({ deps, context, plan, material, means: meansOf(deps, context, plan, { signal: until, rejoin }) });
        // What began in an earlier life began at what nobody looked at.
        await (rejoin ? make() : withOwnCache(deps, until, make));
      }),
    { deadlineSeconds: DEADLINE_SECONDS },
  );
}

function meansOf(deps: DeployDeps, context: JobContext, plan: Plan, { signal, rejoin }: Pick<Means, "signal" | "rejoin">): Means {
  const output = context.output(BUILD_OUTPUT);
  return {
    builder: builderOf(deps),
    tmpDir: context.tmp(),
    outputFile: output.path,
    signal,
    rejoin,
    log(text, stream) {
      output.line(text, stream);
    },
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
