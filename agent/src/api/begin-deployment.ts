import { placeOf } from "../changes/changes.ts";
import { createDeployment, findJob, type ServiceRow } from "../store/index.ts";
import type { Call, Rooms } from "./base.ts";
import { aboutService, begin } from "./begin.ts";
import { mustFindDeployment, mustFindService, refuseWhileDeleting } from "./find.ts";

type Asked = { serviceId: string; environmentId?: string | undefined; discard: string[] };
type Given = Pick<Parameters<typeof createDeployment>[1], "commit" | "image">;

/** What is the kind's own: what it is asked, and what its deployment is known to be made of. */
type Own = { input: object; given?: Given };

/** One id for the job and its deployment: they are one thing, seen from two sides. */
export async function beginDeployment({ core, runtime }: Pick<Rooms, "core" | "runtime">, kind: "deploy" | "rollback", asked: Asked, context: Call, own: (service: ServiceRow) => Own) {
  const { db } = core;
  const id = context.entityId!;
  if (!findJob(db, id)) await runtime.refuseLoss(mustFindService(core, asked.serviceId, asked.environmentId), kind, asked.discard);
  begin(core, id, () => {
    const service = mustFindService(core, asked.serviceId);
    refuseWhileDeleting(core, placeOf(service));
    const { input, given = {} } = own(service);
    return {
      job: { kind, ...aboutService(core, service), deploymentId: id, input: { discard: asked.discard, by: context.me?.name ?? context.login, ...input } },
      write: () => createDeployment(db, { id, serviceId: service.id, jobId: id, ...given }),
    };
  });
  return mustFindDeployment(core, id);
}
