import { checkHealth } from "../deploy/check.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import { launch } from "../deploy/launch.ts";
import { liveRelease, openVariables, serviceOf } from "../deploy/plan.ts";
import { settleService } from "../deploy/retire.ts";
import { switchRoute, targetOf } from "../deploy/route.ts";
import { removeContainers, routeBack } from "../deploy/undo.ts";
import { fail } from "../../contract/problem.ts";
import { defineStory, type JobContext, type Story } from "../jobs/index.ts";
import { findService, setIntent, setLiveRelease, updateRelease } from "../store/index.ts";

/**
 * Start and restart are one act: a new container of the live release, with the image and the variables of that release,
 * is checked and routed; whatever ran before drains. One that does not become healthy changes nothing.
 */
export function createStartStory(deps: DeployDeps, kind: "start" | "restart"): Story {
  return defineStory({
    kind,
    async run(context) {
      const service = serviceOf(deps.db, context.job);
      const release = liveRelease(deps.db, service);
      if (release === null) throw fail("NOTHING_DEPLOYED", { service: service.name });
      if (service.kind === "static" || (kind === "start" && service.intent === "running")) {
        await switchRoute(deps, context, service, targetOf({ ...service, intent: "running" }, release), context.signal);
        return context.commit(() => setIntent(deps.db, service.id, "running"));
      }
      const variables = await openVariables(deps, release);
      context.detail("Starting a container");
      const launched = await launch(deps, { service, release, variables, jobId: context.job.id, keep: () => {} });
      const { detail, log, signal } = context;
      await checkHealth(deps, { service, release, launched, detail, log }, signal);
      const target = targetOf({ ...service, intent: "running" }, { ...release, address: launched.address });
      await switchRoute(deps, context, service, target, signal);
      context.commit(() => {
        updateRelease(deps.db, release.id, launched);
        setLiveRelease(deps.db, service.id, release.id);
        setIntent(deps.db, service.id, "running");
      });
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
}
