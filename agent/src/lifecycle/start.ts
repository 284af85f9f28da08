import { checkInstances } from "../deploy/check-instances.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import { launch, wantedOrdinals } from "../deploy/launch.ts";
import { goLive } from "../deploy/live.ts";
import { liveRelease, openVariables, serviceOf } from "../deploy/plan.ts";
import { settleService } from "../deploy/retire.ts";
import { switchRoute, targetOf, wantedTarget } from "../deploy/route.ts";
import { removeContainers, routeBack } from "../deploy/undo.ts";
import { fail } from "../../contract/problem.ts";
import { defineStory, type JobContext, type Story } from "../jobs/index.ts";
import { endInstance, findService, instancesOfService, setIntent } from "../store/index.ts";

/**
 * Start and restart are one act: new instances of the live release, with the image and the variables of that release, are
 * checked and routed; whatever ran before drains. One that does not become healthy changes nothing.
 */
export function createStartStory(deps: DeployDeps, kind: "start" | "restart"): Story {
  return defineStory({
    kind,
    async run(context) {
      const service = serviceOf(deps.db, context.job);
      const release = liveRelease(deps.db, service);
      if (release === null) throw fail("NOTHING_DEPLOYED", { service: service.name });
      if (service.kind === "static" || (kind === "start" && service.intent === "running")) {
        await switchRoute(deps, context, service, wantedTarget(deps.db, { ...service, intent: "running" }), context.signal);
        return context.commit(() => setIntent(deps.db, service.id, "running"));
      }
      const variables = await openVariables(deps, release);
      const ordinals = wantedOrdinals(release);
      context.detail(ordinals.length === 1 ? "Starting a container" : `Starting ${ordinals.length} containers`);
      const launched = await launch(deps, { service, release, variables, jobId: context.job.id }, ordinals);
      const { detail, log, signal } = context;
      await checkInstances(deps, { service, release, detail, log }, launched, signal);
      const target = targetOf({ ...service, intent: "running" }, release, launched.map(({ address }) => address));
      await switchRoute(deps, context, service, target, signal);
      context.commit(() => goLive(deps.db, service.id, release.id));
    },
    undo: (context) => undoStart(deps, context),
    async finish(context) {
      await settleService(deps, serviceOf(deps.db, context.job).id, context);
      context.log(kind === "start" ? "Started" : "Restarted");
    },
  });
}

async function undoStart(deps: DeployDeps, context: JobContext): Promise<void> {
  const service = context.job.serviceId === null ? undefined : findService(deps.db, context.job.serviceId);
  if (service === undefined) return;
  const routed = await routeBack(deps, service);
  const grace = routed ? Math.min(service.config.drainSeconds, 5) : null;
  await removeContainers(deps, service.id, (owner) => owner.job === context.job.id, grace);
  for (const instance of instancesOfService(deps.db, service.id)) if (instance.state === "starting") endInstance(deps.db, instance);
}
