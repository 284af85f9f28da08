import { toProblem } from "../../contract/problem.ts";
import { defineStory, type JobContext, type Story } from "../jobs/index.ts";
import { findService, setIntent, setLiveRelease, updateRelease } from "../store/index.ts";
import { removeSource } from "../git/index.ts";
import { build, buildGoesOn } from "./build.ts";
import { checkHealth } from "./check.ts";
import type { DeployDeps } from "./deps.ts";
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
  if (launched === null) {
    context.skip("check", "Files need no check");
  } else {
    await context.step(
      "check",
      (signal) => checkHealth(deps, { service, release, launched, detail: context.detail, log: context.log }, signal),
      { deadlineSeconds: release.config.healthSeconds + CHECK_SLACK_SECONDS },
    );
  }
  await routeStep(deps, context, service, targetOf({ ...service, intent: "running" }, release));
  context.commit(() => goLive(deps, plan));
  context.log("Live");
}

function goLive({ db }: DeployDeps, { service, release }: Plan): void {
  const previous = findService(db, service.id)?.liveReleaseId ?? null;
  if (previous !== null) updateRelease(db, previous, { state: "retiring" });
  updateRelease(db, release.id, { state: "live" });
  setLiveRelease(db, service.id, release.id);
  setIntent(db, service.id, "running");
}
