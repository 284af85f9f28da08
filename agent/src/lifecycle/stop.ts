import { defineStory, type Story } from "../jobs/index.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import { serviceOf } from "../deploy/plan.ts";
import { settleService } from "../deploy/retire.ts";
import { setIntent } from "../store/index.ts";

/** The intent is the commit: the hostname then says "stopped", requests in flight end, and the container goes. */
export function createStopStory(deps: DeployDeps): Story {
  return defineStory({
    kind: "stop",
    async run(context) {
      const service = serviceOf(deps.db, context.job);
      context.commit(() => {
        if (service.intent === "running") setIntent(deps.db, service.id, "stopped");
      });
    },
    async undo() {},
    async finish(context) {
      await settleService(deps, serviceOf(deps.db, context.job).id, context);
      context.log("Stopped");
    },
  });
}
