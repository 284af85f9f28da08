import { placeOf } from "../changes/changes.ts";
import { followLog } from "../log/follow.ts";
import { wholeJobLog } from "../log/whole.ts";
import { logName } from "../raw/file-name.ts";
import { createDeployment, findJob, findService, listDeployments } from "../store/index.ts";
import type { Base, Rooms } from "./base.ts";
import { aboutService, begin } from "./begin.ts";
import { mustFindDeployment, mustFindService, refuseWhileDeleting } from "./find.ts";
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
      // One id for the job and its deployment: they are one thing, seen from two sides.
      const id = context.entityId!;
      if (!findJob(db, id)) await runtime.refuseLoss(mustFindService(core, input.serviceId, input.environmentId), "deploy", input.discard);
      begin(core, id, () => {
        const service = mustFindService(core, input.serviceId);
        refuseWhileDeleting(core, placeOf(service));
        return {
          job: { kind: "deploy", ...aboutService(core, service), deploymentId: id, input: { builds: sourceOf(service.config.source)?.traits.builds ?? false, discard: input.discard, by: context.me?.name ?? context.login, commit: input.commit ?? null } },
          write: () => createDeployment(db, { id, serviceId: service.id, jobId: id }),
        };
      });
      return views.deployment(mustFindDeployment(core, id));
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
