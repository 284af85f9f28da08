import * as z from "zod";
import { defineJob, type JobContext, type JobEntry } from "../jobs/index.ts";
import { askedInput, releasesOfService } from "../store/index.ts";
import { placeOf } from "../changes/changes.ts";
import { removeSource } from "../git/index.ts";
import { checkoutPath } from "../sources/index.ts";
import { takingPaths } from "./adopt.ts";
import { build, buildGoesOn } from "./build.ts";
import { checkInstances } from "./check-instances.ts";
import type { DeployDeps } from "./deps.ts";
import { discardInput, discardOf, refuseLoss } from "./discard.ts";
import { goLive } from "./live.ts";
import { beginRelease, planAgain, serviceOf, type Plan } from "./plan.ts";
import { releaseJob } from "./release-job.ts";
import { startRelease } from "./release.ts";
import { tellReferring } from "../variables/index.ts";
import { retireStep } from "./retire.ts";
import { refuseUnfit } from "./room.ts";
import { routeStep, targetOf } from "./route.ts";
import { bringSource, materialAgain } from "./source.ts";
import { checkSeconds } from "./watch.ts";

/** From what is made to what serves. */
export const RELEASE_STEPS = [
  { name: "release", words: "Release", doing: "Starting" },
  { name: "check", words: "Check", doing: "Checking" },
  { name: "route", words: "Route", doing: "Switching" },
  { name: "retire", words: "Retire", doing: "Retiring" },
] as const;
const STEPS = [{ name: "source", words: "Source", doing: "Fetching" }, { name: "build", words: "Build", doing: "Building" }, ...RELEASE_STEPS];

/** What is built waits for its turn in the lane of builds. */
const input = z.object({ builds: z.boolean().default(true), ...discardInput, ...askedInput });

/** Slack over the time that a check is given, for the engine's own answers. */
const CHECK_SLACK_SECONDS = 30;

/**
 * source → build → release → check → route, then the commit: Caddy has confirmed that the hostname routes to the new
 * release. Until then the old one serves and everything made goes again; afterwards names follow and the old one drains.
 */
export function createDeployJob(deps: DeployDeps): JobEntry {
  return defineJob<z.infer<typeof input>>({
    kind: "deploy",
    words: { doing: "Deploy", done: "is live" },
    input,
    steps: () => STEPS,
    ...releaseJob(deps),
    lane: ({ input: { builds } }) => (builds ? "build" : null),
    deadlines: { run: 7200, undo: 120, finish: 900 },
    async run(context) {
      const service = serviceOf(deps.db, context.job);
      await refuseLoss(deps, service, discardOf(context.job.input), takingPaths(deps.db, service.id));
      await refuseUnfit(deps, service, context.signal);
      const plan = await beginRelease(deps, context);
      const material = await bringSource(deps, context, plan);
      await build(deps, context, plan, material);
      await fromRelease(deps, context, plan);
    },
    async pickUp(context, step) {
      const plan = await planAgain(deps, context);
      if (plan === null || !(await buildGoesOn(context, step))) return null;
      return async () => {
        context.log("The agent was started anew; the build has gone on");
        await build(deps, context, plan, materialAgain(deps, context, plan), { rejoin: true });
        await fromRelease(deps, context, plan);
      };
    },
    async finish(context) {
      tellOfPort(deps, serviceOf(deps.db, context.job).id);
      await removeSource(checkoutPath(deps, context.job.id));
      await retireStep(deps, context);
    },
  });
}

/** Those who refer to the service may be changed by its port: that of the release before, or of none, was another. */
export function tellOfPort(deps: DeployDeps, serviceId: string): void {
  const [now, before] = releasesOfService(deps.db, serviceId).filter(({ state }) => state !== "preparing" && state !== "failed");
  if (now?.port !== before?.port) tellReferring(deps, serviceId);
}

/** What is made is started beside what serves, checked and routed; this is never begun twice. */
export async function fromRelease(deps: DeployDeps, context: JobContext, plan: Plan): Promise<void> {
  context.leaveLane();
  const { service, release, previous } = plan;
  const launched = await startRelease(deps, context, plan);
  if (launched.length === 0) {
    context.skip("check", "Files need no check");
  } else {
    await context.step(
      "check",
      (signal) => checkInstances(deps, { service, release, detail: context.detail, log: context.log }, launched, signal),
      { deadlineSeconds: checkSeconds(release.config) + CHECK_SLACK_SECONDS },
    );
  }
  await routeStep(deps, context, service, targetOf({ ...service, intent: "running" }, release, launched.map(({ address }) => address)));
  context.commit(() => goLive(deps.db, service.id, release.id));
  for (const { id } of launched) deps.sightings.saw(id);
  if (release.mounts.length + (previous?.mounts.length ?? 0) > 0) deps.changes.emit({ entity: "volume", id: service.id, ...placeOf(service) });
  context.log("Live");
}
