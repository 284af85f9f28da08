import { fail } from "../../contract/problem.ts";
import { inspectImage } from "../docker/image.ts";
import type { JobContext } from "../jobs/index.ts";
import { runs, traitsOf } from "../shapes/index.ts";
import { updateDeployment, updateRelease } from "../store/index.ts";
import type { DeployDeps } from "./deps.ts";
import { launch, wantedOrdinals, type Launched } from "./launch.ts";
import type { Plan } from "./plan.ts";

const DEADLINE_SECONDS = 180;

/** Starts the release's instances beside what serves; a site has nothing to start. */
export function startRelease(deps: DeployDeps, context: JobContext, plan: Plan): Promise<Launched[]> {
  const { service, release, variables } = plan;
  return context.step(
    "release",
    async () => {
      updateDeployment(deps.db, release.deploymentId, { releaseId: release.id });
      if (!runs(release)) {
        context.detail("The files are in place");
        return [];
      }
      release.port = await choosePort(deps, plan);
      updateRelease(deps.db, release.id, { port: release.port });
      const launched = await launch(deps, { service, release, variables, jobId: context.job.id }, wantedOrdinals(release));
      context.detail(launched.length === 1 ? `Started as ${launched[0]!.containerName}` : `Started ${launched.length} instances`);
      for (const { containerName, address } of launched) context.log(`Started as ${containerName} on ${address}`);
      return launched;
    },
    { deadlineSeconds: DEADLINE_SECONDS },
  );
}

/** The setting, else the variable PORT, else the only port that the image exposes; not every shape needs one. */
async function choosePort({ docker }: DeployDeps, { service, release, variables }: Plan): Promise<number | null> {
  if (release.config.port !== null) return release.config.port;
  const told = Number(variables.PORT);
  if (Number.isInteger(told) && told >= 1 && told <= 65535) return told;
  if (traitsOf(release).port !== "wanted") return null;
  const { ports } = await inspectImage(docker, release.imageId ?? "");
  if (ports.length === 1) return ports[0]!;
  throw fail("PORT_UNKNOWN", { service: service.name, exposed: ports.length === 0 ? "no port" : `the ports ${ports.join(", ")}` });
}
