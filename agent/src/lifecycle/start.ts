import * as z from "zod";
import { checkInstances } from "../deploy/check-instances.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import { discardInput, discardOf, refuseLoss, takesContainers } from "../deploy/discard.ts";
import { launch, wantedOrdinals } from "../deploy/launch.ts";
import { goLive } from "../deploy/live.ts";
import { liveRelease, openVariables, serviceOf } from "../deploy/plan.ts";
import { retireStep } from "../deploy/retire.ts";
import { switchRoute, targetOf, wantedTarget } from "../deploy/route.ts";
import { bringBack, STOP_FIRST_SECONDS, stopBefore, stopsFirst } from "../deploy/stop-first.ts";
import { removeContainers } from "../deploy/undo-containers.ts";
import { routeBack } from "../deploy/undo.ts";
import { checkSeconds } from "../deploy/watch.ts";
import { fail } from "../../contract/problem.ts";
import { claim, defineJob, SHORT_LIVED, type JobContext, type JobEntry } from "../jobs/index.ts";
import { runs } from "../shapes/index.ts";
import { endInstance, findService, instancesOfService, setIntent } from "../store/index.ts";
import { CHECK, RETIRE, ROUTE, START } from "./words.ts";

const START_SECONDS = 180;
const ROUTE_SECONDS = 60;
/** Slack over the time that a check is given, for the engine's own answers. */
const CHECK_SLACK_SECONDS = 30;

const WORDS = { start: { doing: "Start", done: "started" }, restart: { doing: "Restart", done: "restarted" } } as const;

/**
 * Start and restart are one act: new instances of the live release, with the image and the variables of that release, are
 * checked and routed; whatever ran before drains. One that does not become healthy changes nothing.
 */
export function createStartJob(deps: DeployDeps, kind: keyof typeof WORDS): JobEntry {
  return defineJob({
    kind,
    words: WORDS[kind],
    input: z.object(discardInput),
    steps: () => [START, CHECK, ROUTE, RETIRE],
    claims: ({ subject }) => [claim.process(subject, "X")],
    deadlines: { run: 2100, undo: 120, finish: 900 },
    retention: SHORT_LIVED,
    crash: "undo",
    async run(context) {
      const service = serviceOf(deps.db, context.job);
      const release = liveRelease(deps.db, service);
      if (release === null) throw fail("NOTHING_DEPLOYED", { service: service.name });
      const running = { ...service, intent: "running" as const };
      const route = (target: ReturnType<typeof wantedTarget>) =>
        context.step(ROUTE.name, (signal) => switchRoute(deps, context, service, target, signal), { deadlineSeconds: ROUTE_SECONDS });
      if (!runs(release) || !takesContainers(kind, service)) {
        context.skip(START.name, "Nothing has to be started");
        context.skip(CHECK.name, "Nothing has to be checked");
        await route(wantedTarget(deps.db, running));
        return context.commit(() => setIntent(deps.db, service.id, "running"));
      }
      await refuseLoss(deps, service, discardOf(context.job.input));
      const variables = await openVariables(deps, release);
      const ordinals = wantedOrdinals(release);
      const launched = await context.step(
        START.name,
        async (signal) => {
          if (stopsFirst(release)) await stopBefore(deps, context, service, signal);
          return launch(deps, { service, release, variables, jobId: context.job.id, signal }, ordinals);
        },
        { deadlineSeconds: START_SECONDS + (stopsFirst(release) ? STOP_FIRST_SECONDS : 0) },
      );
      const { detail, log } = context;
      await context.step(CHECK.name, (signal) => checkInstances(deps, { service, release, detail, log }, launched, signal), {
        deadlineSeconds: checkSeconds(release.config) + CHECK_SLACK_SECONDS,
      });
      await route(targetOf(running, release, launched.map(({ address }) => address)));
      context.commit(() => goLive(deps.db, service.id, release.id));
      for (const { id } of launched) deps.sightings.saw(id);
    },
    undo: (context) => undoStart(deps, context),
    async finish(context) {
      await retireStep(deps, context);
      context.log(kind === "start" ? "Started" : "Restarted");
    },
  });
}

async function undoStart(deps: DeployDeps, context: JobContext): Promise<void> {
  const service = context.job.serviceId === null ? undefined : findService(deps.db, context.job.serviceId);
  if (service === undefined) return;
  await bringBack(deps, context, service);
  const routed = await routeBack(deps, service);
  const grace = routed ? Math.min(service.config.drainSeconds, 5) : null;
  await removeContainers(deps, service, (owner) => owner.job === context.job.id, grace, context);
  for (const instance of instancesOfService(deps.db, service.id)) if (instance.state === "starting") endInstance(deps.db, instance);
}
