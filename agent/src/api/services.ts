import { fail } from "../../contract/index.ts";
import { createService, findJob, environmentsOf, findService, findServiceByHostname, findServiceByName } from "../store/index.ts";
import { listServices, setVariable, transaction, updateService, type ServiceRow } from "../store/index.ts";
import type { Base, Rooms } from "./base.ts";
import { aboutService, begin } from "./begin.ts";
import { mustFindProject, mustFindService, refuseWhileDeleting } from "./find.ts";
import { checkHostname, checkService, checkVariableCount } from "./rules.ts";
import { stream } from "./stream.ts";
import type { Views } from "./views.ts";

export function serviceHandlers(base: Base, rooms: Rooms, views: Views) {
  const { core, runtime } = rooms;
  const { db, changes } = core;

  function refuseTaken(own: { id: string; environmentId: string }, name?: string, hostname?: string | null) {
    const sameName = name === undefined ? undefined : findServiceByName(db, own.environmentId, name);
    if (sameName && sameName.id !== own.id) throw fail("NAME_TAKEN", { name: name!, what: "service of this project" });
    const sameHost = hostname ? findServiceByHostname(db, hostname) : undefined;
    if (sameHost && sameHost.id !== own.id) throw fail("HOSTNAME_TAKEN", { hostname: hostname!, service: sameHost.name });
  }
  const changed = (service: Pick<ServiceRow, "id" | "projectId">) =>
    changes.emit({ entity: "service", id: service.id, projectId: service.projectId, serviceId: service.id });

  return {
    list: base.services.list.handler(({ input }) => {
      if (input.projectId !== undefined) mustFindProject(core, input.projectId);
      return listServices(db, input).map(views.service);
    }),

    get: base.services.get.handler(({ input }) => views.service(mustFindService(core, input.id))),

    create: base.services.create.handler(async ({ input, context }) => {
      const { projectId, name, shape, hostname, variables } = input;
      const id = context.entityId!;
      const config = checkService({ shape }, input.config, hostname);
      checkVariableCount(Object.keys(variables).length);
      const sealed = await Promise.all(
        Object.entries(variables).map(async ([key, value]) => [key, await core.sealer.seal(value)] as const),
      );
      mustFindProject(core, projectId);
      refuseWhileDeleting(core, projectId, null);
      const environmentId = environmentsOf(db, projectId)[0]!.id;
      refuseTaken({ id, environmentId }, name, hostname);
      transaction(db, () => {
        if (findService(db, id)) return;
        createService(db, { id, projectId, environmentId, name, shape, config, hostname });
        for (const [key, value] of sealed) setVariable(db, id, key, value);
      });
      changed({ id, projectId });
      changes.emit({ entity: "project", id: projectId, projectId, serviceId: null });
      return views.service(mustFindService(core, id));
    }),

    update: base.services.update.handler(async ({ input }) => {
      const { id, name, hostname } = input;
      const service = mustFindService(core, id);
      refuseWhileDeleting(core, service.projectId, id);
      const host = hostname === undefined ? service.hostname : hostname;
      // What is kept may be damaged; only what is to be kept now is looked at.
      const config = input.config && checkService(service, input.config, host);
      if (hostname) checkHostname(service, hostname);
      refuseTaken(service, name, hostname);
      updateService(db, id, {
        ...(name === undefined ? {} : { name }),
        ...(config === undefined ? {} : { config }),
        ...(hostname === undefined ? {} : { hostname }),
      });
      const moved = (name !== undefined && name !== service.name) || (hostname !== undefined && hostname !== service.hostname);
      // The store is the truth: when route or name cannot follow now, the reconcile loop makes them.
      if (moved) await runtime.apply(id).catch((error: unknown) => core.note("apply failed", { serviceId: id, error: String(error) }));
      changed(service);
      return views.service(mustFindService(core, id));
    }),

    deletion: base.services.deletion.handler(async ({ input }) => ({
      goes: await runtime.deletion(mustFindService(core, input.id)),
    })),

    logs: base.services.logs.handler(({ input, signal }) => {
      const service = mustFindService(core, input.id);
      return stream(signal, (until) => runtime.logs(service, { after: input.after, tail: input.tail }, until));
    }),

    ...lifecycleHandlers(base, rooms, views),
  };
}

/** Stop, start, restart and delete: each one job. */
function lifecycleHandlers(base: Base, { core, runtime }: Rooms, views: Views) {
  const { jobs } = core;

  async function act({ id: serviceId, discard }: { id: string; discard: string[] }, kind: string, id: string) {
    if (!findJob(core.db, id)) await runtime.refuseLoss(mustFindService(core, serviceId), kind, discard);
    const job = begin(core, id, () => {
      const service = mustFindService(core, serviceId);
      refuseWhileDeleting(core, service.projectId, serviceId);
      if (service.liveReleaseId === null) throw fail("NOTHING_DEPLOYED", { service: service.name });
      return { job: { kind, ...aboutService(core, service), input: { discard } } };
    });
    return { job: views.job(job) };
  }
  return {
    stop: base.services.stop.handler(({ input, context }) => act(input, "stop", context.entityId!)),
    start: base.services.start.handler(({ input, context }) => act(input, "start", context.entityId!)),
    restart: base.services.restart.handler(({ input, context }) => act(input, "restart", context.entityId!)),
    delete: base.services.delete.handler(({ input, context }) => {
      const job = begin(core, context.entityId!, () => {
        const service = mustFindService(core, input.id);
        if (input.confirm !== service.name) throw fail("CONFIRMATION_MISMATCH", { typed: input.confirm, name: service.name });
        const already = jobs.deleting({ projectId: service.projectId, serviceId: service.id });
        return already ?? { job: { kind: "delete-service", ...aboutService(core, service) } };
      });
      return { job: views.job(job) };
    }),
  };
}
