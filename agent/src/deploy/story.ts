import { toProblem } from "../../contract/problem.ts";
import { defineStory, type JobContext, type Story } from "../jobs/index.ts";
import { removeSource } from "../git/index.ts";
import { build, buildGoesOn } from "./build.ts";
import { checkInstances } from "./check-instances.ts";
import type { DeployDeps } from "./deps.ts";
import { goLive } from "./live.ts";
import { beginRelease, planAgain, type Plan } from "./plan.ts";
import { startRelease } from "./release.ts";
import { retireStep } from "./retire.ts";
import { routeStep, targetOf } from "./route.ts";
import { bringSource, checkoutPath, materialAgain } from "./source.ts";
import { undoDeploy } from "./undo.ts";

/** Slack over the time that a check is given, for the engine's own answers. */
const CHECK_SLACK_SECONDS = 30;

/**
 * source → build → release → check → route, then the commit: Caddy has confirmed that the hostname routes to the new
 * release. Until then the old one serves and everything made goes again; afterwards names follow and the old one drains.
 */
export function createDeployStory(deps: DeployDeps): Story {
  return defineStory({
    kind: "deploy",
    async run(context) {
      const plan = await beginRelease(deps, context);
      const material = await bringSource(deps, context, plan);
      await build(deps, context, plan, material);
      await fromRelease(deps, context, plan);
    },
    async pickUp(context) {
      const plan = await planAgain(deps, context);
      if (plan === null || !(await buildGoesOn(deps, context))) return null;
      return async () => {
        context.log("The agent was started anew; the build has gone on");
        await build(deps, context, plan, materialAgain(deps, context, plan), { rejoin: true });
        await fromRelease(deps, context, plan);
      };
    },
    undo: (context) => undoDeploy(deps, context),
    async finish(context) {
      // It is live: what cannot be cleared away now is the reconcile loop's, and no reason to call it failed.
      await retireStep(deps, context).catch((error: unknown) => {
        if (context.signal.aborted) throw error;
        context.log(`Clearing away goes on later: ${toProblem(error).message}`);
      });
      await removeSource(checkoutPath(deps, context.job.id));
    },
  });
}

/** What is made is started beside what serves, checked and routed; this is never begun twice. */
async function fromRelease(deps: DeployDeps, context: JobContext, plan: Plan): Promise<void> {
  const { service, release } = plan;
  const launched = await startRelease(deps, context, plan);
  if (launched.length === 0) {
    context.skip("check", "Files need no check");
  } else {
    await context.step(
      "check",
      (signal) => checkInstances(deps, { service, release, detail: context.detail, log: context.log }, launched, signal),
      { deadlineSeconds: release.config.healthSeconds + CHECK_SLACK_SECONDS },
    );
  }
  await routeStep(deps, context, service, targetOf({ ...service, intent: "running" }, release, launched.map(({ address }) => address)));
  context.commit(() => goLive(deps.db, service.id, release.id));
  context.log("Live");
}
