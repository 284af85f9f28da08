import * as z from "zod";
import { claim, defineJob, SHORT_LIVED, type JobEntry } from "../jobs/index.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import { serviceOf } from "../deploy/plan.ts";
import { discardInput, discardOf, refuseLoss } from "../deploy/discard.ts";
import { retireStep } from "../deploy/retire.ts";
import { olderDeploys } from "../deploy/supersedes.ts";
import { setIntent } from "../store/index.ts";
import { RETIRE } from "./words.ts";

/** The intent is the commit: the hostname then says "stopped", requests in flight end, and the container goes. */
export function createStopJob(deps: DeployDeps): JobEntry {
  return defineJob({
    kind: "stop",
    words: { doing: "Stop", done: "stopped" },
    input: z.object(discardInput),
    steps: () => [RETIRE],
    claims: ({ subject }) => [claim.process(subject, "X")],
    supersedes: olderDeploys,
    deadlines: { run: 60, undo: 60, finish: 900 },
    retention: SHORT_LIVED,
    crash: "undo",
    async run(context) {
      const service = serviceOf(deps.db, context.job);
      await refuseLoss(deps, service, discardOf(context.job.input));
      context.commit(() => {
        if (service.intent === "running") setIntent(deps.db, service.id, "stopped");
      });
    },
    async undo() {},
    async finish(context) {
      await retireStep(deps, context);
      context.log("Stopped");
    },
  });
}
