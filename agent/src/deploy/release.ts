import type { Published } from "../../contract/index.ts";
import { fail } from "../../contract/problem.ts";
import { inspectImage } from "../docker/image.ts";
import type { JobContext } from "../jobs/index.ts";
import { refuseHeldPorts } from "../network/held.ts";
import { runs, traitsOf } from "../shapes/index.ts";
import { updateDeployment, updateRelease } from "../store/index.ts";
import { ADOPT_SECONDS, adopt } from "./adopt.ts";
import { BEFORE_SECONDS, runBefore } from "./before.ts";
import type { DeployDeps } from "./deps.ts";
import { launch, wantedOrdinals, type Launched } from "./launch.ts";
import { ensureVolumes } from "./mounts.ts";
import type { Plan } from "./plan.ts";
import { STOP_FIRST_SECONDS, stopBefore, stopsFirst } from "./stop-first.ts";

const DEADLINE_SECONDS = 180;

/** Starts the release's instances beside what serves; a site has nothing to start. */
export function startRelease(deps: DeployDeps, context: JobContext, plan: Plan): Promise<Launched[]> {
  const { service, release, variables, previous } = plan;
  // It has run for the release that a rollback brings back, and would meet what newer ones have changed since.
  const before = release.fromReleaseId === null ? release.config.beforeDeploy : undefined;
  // Also where only the old one must be alone, as when the setting itself is taken back.
  const alone = stopsFirst(release) || (previous !== null && stopsFirst(previous));
  const keeps = release.mounts.length > 0;
  return context.step(
    "release",
    async (signal) => {
      updateDeployment(deps.db, release.deploymentId, { releaseId: release.id });
      if (!runs(release)) {
        context.detail("The files are in place");
        return [];
      }
      // Something on the server may have taken one since it was chosen.
      await refuseHeldPorts((release.config.publish ?? []) as Published[], { httpPort: deps.config.httpPort, signal });
      release.port = await choosePort(deps, plan);
      updateRelease(deps.db, release.id, { port: release.port });
      const request = { service, release, variables, jobId: context.job.id, signal };
      // Where one is lost nobody has to end for it.
      if (keeps) await ensureVolumes(deps, service, release);
      signal.throwIfAborted();
      // What is in a volume is for one process at a time, and for the words before a deploy, too: then the old one ends first.
      if (alone && keeps) await stopBefore(deps, context, service, signal);
      if (keeps) await adopt(deps, context, plan, signal);
      if (before !== undefined) await runBefore(deps, context, request, before, signal);
      if (alone && !keeps) await stopBefore(deps, context, service, signal);
      const launched = await launch(deps, request, wantedOrdinals(release));
      context.detail(launched.length === 1 ? "Started" : `Started ${launched.length} instances`);
      for (const { containerName, address } of launched) context.log(`Started as ${containerName} on ${address}`);
      return launched;
    },
    { deadlineSeconds: DEADLINE_SECONDS + (before === undefined ? 0 : BEFORE_SECONDS) + (alone ? STOP_FIRST_SECONDS : 0) + (keeps ? ADOPT_SECONDS : 0) },
  );
}

/** What an app is told to listen on when neither it nor anybody else names a port. */
const DEFAULT_PORT = 8080;

/** The setting, else the variable PORT, else the only port that the image exposes, else ours; not every shape needs one. */
async function choosePort({ docker }: DeployDeps, { service, release, variables }: Plan): Promise<number | null> {
  if (release.config.port !== null) return release.config.port;
  const told = Number(variables.PORT);
  if (Number.isInteger(told) && told >= 1 && told <= 65535) return told;
  if (traitsOf(release).port !== "wanted") return null;
  const { ports } = await inspectImage(docker, release.imageId ?? "");
  const port = portOf(ports);
  if (port === null) throw fail("PORT_UNKNOWN", { service: service.name, exposed: `the ports ${ports.join(", ")}` });
  return port;
}

/** Of the ports that an image exposes; null: which of several is not for us to say. */
export const portOf = (exposed: readonly number[]): number | null => (exposed.length > 1 ? null : (exposed[0] ?? DEFAULT_PORT));
