import { followLog } from "../log/follow.ts";
import { wholeJobLog } from "../log/whole.ts";
import { logName } from "../raw/file-name.ts";
import { findJob, findService, listDeployments } from "../store/index.ts";
import type { Base, Rooms } from "./base.ts";
import { beginDeployment } from "./begin-deployment.ts";
import { mustFindDeployment, mustFindService } from "./find.ts";
import { sourceOf } from "../sources/index.ts";
import { stream } from "./stream.ts";
import { releaseHandlers } from "./releases.ts";
import type { Views } from "./views.ts";

export function deploymentHandlers(base: Base, { core, runtime, raw }: Rooms, views: Views) {
  const { db, jobs, paths } = core;

  return {
    list: base.deployments.list.handler(({ input }) => {
      mustFindService(core, input.serviceId, input.environmentId);
      return listDeployments(db, input.serviceId, input.before).map(views.deployment);
    }),

    get: base.deployments.get.handler(({ input }) => views.deployment(mustFindDeployment(core, input.id))),

    start: base.deployments.start.handler(async ({ input, context }) => {
      const begun = await beginDeployment({ core, runtime }, "deploy", input, context, ({ config }) => ({
        input: { builds: sourceOf(config.source)?.traits.builds ?? false, commit: input.commit ?? null },
      }));
      return views.deployment(begun);
    }),

    ...releaseHandlers(base, { core, runtime }, views),

    cancel: base.deployments.cancel.handler(({ input }) => {
      jobs.cancel(mustFindDeployment(core, input.id).jobId);
      return views.deployment(mustFindDeployment(core, input.id));
    }),

    log: base.deployments.log.handler(({ input, signal }) => {
      const { jobId } = mustFindDeployment(core, input.id);
      const ended = () => (findJob(db, jobId)?.endedAt ?? null) !== null;
      return stream(signal, (until) =>
        followLog({ path: paths.jobLog(jobId), fileId: jobId, after: input.after, signal: until, ended }),
      );
    }),

    download: base.deployments.download.handler(({ input, context, signal }) => {
      const { jobId, serviceId, createdAt } = mustFindDeployment(core, input.id);
      const name = logName(findService(db, serviceId)?.name ?? "", createdAt, "-deployment");
      return raw.issueLog(context, { id: context.entityId!, about: { deploymentId: input.id }, name }, () => wholeJobLog(paths.jobLog(jobId)), signal);
    }),
  };
}
