import * as z from "zod";
import { size, stoppedFor } from "../../contract/index.ts";
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
    input: z.object({ ...discardInput, because: stoppedFor.optional() }),
    steps: () => [RETIRE],
    claims: ({ subject }) => [claim.process(subject, "X")],
    supersedes: olderDeploys,
    deadlines: { run: 60, undo: 60, finish: 900 },
    retention: SHORT_LIVED,
    crash: "undo",
    async run(context) {
      const service = serviceOf(deps.db, context.job);
      await refuseLoss(deps, service, discardOf(context.job.input));
      const because = z.object({ because: stoppedFor.optional() }).safeParse(context.job.input).data?.because;
      context.commit(() => {
        if (service.intent === "running") setIntent(deps.db, service.id, "stopped", because === undefined ? null : JSON.stringify(because));
      });
      if (because !== undefined) context.log(`Stopped by the agent: an instance had written ${size(because.written)} into its container, and the disk had ${size(because.free)} left`);
    },
    async undo() {},
    async finish(context) {
      await retireStep(deps, context);
      context.log("Stopped");
    },
  });
}
