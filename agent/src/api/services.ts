import { isDeepStrictEqual } from "node:util";
import { fail, type OpenConfig, type ServiceConfig } from "../../contract/index.ts";
import { placeOf } from "../changes/changes.ts";
import { refuseSecondInstance, settleStaged, stagedWords, tellStaged } from "../staged/index.ts";
import { countStaged, createService, findDomain, findJob, findService, findServiceByName, hostnamesOf, ofService, setHostnames } from "../store/index.ts";
import { listServices, transaction, updateService, type ServicePage, type ServiceRow } from "../store/index.ts";
import { refuseHeldPorts } from "../network/held.ts";
import { refuseTaken as refuseTakenBy, refuseTakenNames } from "../network/taken.ts";
import { foundPart, logName } from "../raw/file-name.ts";
import type { Base, Rooms } from "./base.ts";
import { aboutService, begin, pathOf } from "./begin.ts";
import { mustFindEnvironment, mustFindProject, mustFindService, refuseWhileDeleting } from "./find.ts";
import { checkVariableCount, prepareRename, sealAll, tellReferring, toldOf, writeVariables } from "../variables/index.ts";
import { trashWords } from "../volumes/words.ts";
import { checkHostname, checkNewName, checkService, heardConfig } from "./rules.ts";
import { stream } from "./stream.ts";
import type { Views } from "./views.ts";

/** Of a rename, while people change the variables that refer to the service. */
const MOST_TRIES = 5;

export function serviceHandlers(base: Base, rooms: Rooms, views: Views) {
  const { core, runtime, raw } = rooms;
  const { db, changes } = core;

  type Taking = { name?: string | undefined; hostname?: string | null | undefined; config?: Pick<OpenConfig, "names" | "publish"> };
  function refuseTaken(own: { id: string; environmentId: string }, { name, hostname, config = {} }: Taking) {
    const sameName = name === undefined ? undefined : findServiceByName(db, own.environmentId, name);
    if (sameName && sameName.id !== own.id) throw fail("NAME_TAKEN", { name: name!, what: "service of this environment" });
    refuseTakenNames(db, own, name === undefined ? [] : [name]);
    refuseTakenBy(db, own, config);
    const sameHost = hostname ? findDomain(db, hostname) : undefined;
    if (sameHost && sameHost.serviceId !== own.id) throw fail("HOSTNAME_TAKEN", { hostname: hostname!, service: pathOf(core, mustFindService(core, sameHost.serviceId)) });
  }
  /** Variables that refer to it go on referring to it. */
  async function rename(id: string, to: Taking & { name: string }, keep: () => void) {
    for (let tries = 1; ; tries++) {
      const apply = await prepareRename(core, mustFindService(core, id), to.name);
      // Read again: what was free may be taken by now, and the service may go.
      const still = mustFindService(core, id);
      refuseWhileDeleting(core, placeOf(still));
      refuseTaken(still, to);
      const renamed = transaction(db, () => apply(keep));
      for (const one of renamed?.services ?? []) changes.emit({ entity: "variables", id: one.id, ...placeOf(one) });
      if (renamed?.staged) tellStaged(core, still, []);
      if (renamed !== null) return;
      if (tries === MOST_TRIES) throw fail("BUSY", { what: pathOf(core, still), job: "change of variables" });
    }
  }
  const changed = (service: Pick<ServiceRow, "id" | "projectId" | "environmentId">) => changes.emit({ entity: "service", id: service.id, ...placeOf(service) });

  return {
    list: base.services.list.handler(({ input }) => {
      refuseElsewhere(core, input);
      return views.services(listServices(db, input));
    }),

    get: base.services.get.handler(({ input }) => views.oneService(mustFindService(core, input.id, input.environmentId))),

    getMany: base.services.getMany.handler(({ input: { ids, environmentId } }) => {
      const found = [...new Set(ids)].flatMap((id) => findService(db, id) ?? []);
      return views.services(found.filter((service) => environmentId === undefined || service.environmentId === environmentId));
    }),

    meters: base.services.meters.handler(({ input: { ids, environmentId } }) => {
      mustFindEnvironment(core, environmentId);
      const found = [...new Set(ids)].flatMap((id) => findService(db, id) ?? []);
      return runtime.meters(found.filter((service) => service.environmentId === environmentId));
    }),

    create: base.services.create.handler(async ({ input, context }) => {
      const { environmentId, name, shape, hostname, variables } = input;
      const id = context.entityId!;
      const config = checkService({ shape }, input.config, hostname);
      checkVariableCount(Object.keys(variables).length);
      const sealed = await sealAll(core.sealer, "service", variables);
      await refuseHeldPorts(config.publish ?? [], core.config);
      const { projectId } = mustFindEnvironment(core, environmentId);
      refuseWhileDeleting(core, { projectId, environmentId, serviceId: null });
      refuseTaken({ id, environmentId }, { name, hostname, config });
      transaction(db, () => {
        if (findService(db, id)) return;
        createService(db, { id, projectId, environmentId, name, shape, config });
        if (hostname !== null) setHostnames(db, id, [hostname]);
        writeVariables(db, ofService(id), { set: sealed }, { by: context.me?.name ?? context.login, at: core.clock.now() });
      });
      changed({ id, projectId, environmentId });
      changes.emit({ entity: "environment", id: environmentId, projectId, environmentId, serviceId: null });
      return views.oneService(mustFindService(core, id));
    }),

    update: base.services.update.handler(async ({ input, context }) => {
      const { id, name, hostname } = input;
      const service = mustFindService(core, id, input.environmentId);
      refuseWhileDeleting(core, placeOf(service));
      if (name !== undefined && name !== service.name) checkNewName(name);
      if (input.config?.publish && !isDeepStrictEqual(input.config.publish, service.config.publish)) await refuseHeldPorts(input.config.publish, core.config);
      const told = toldOf(db, service);
      const before = hostnamesOf(db, id)[0] ?? null;
      const host = hostname === undefined ? before : hostname;
      // What is kept may be damaged; only what is to be kept now is looked at.
      const config = input.config && checkService(service, heardConfig(service.config, input.config), host);
      if (hostname) checkHostname(service, hostname);
      const taking = { name, hostname, config: config === undefined ? {} : changedOf(service.config, config) };
      refuseTaken(service, taking);
      let settled = false;
      const keep = () => {
        if (config !== undefined) refuseSecondInstance(db, id, config.replicas);
        updateService(db, id, { ...(name === undefined ? {} : { name }), ...(config === undefined ? {} : { config }) });
        if (hostname !== undefined) setHostnames(db, id, hostname === null ? [] : [hostname]);
        settled = settleStaged(db, ofService(id), context.me?.name ?? context.login);
      };
      if (name === undefined || name === service.name) transaction(db, keep);
      else await rename(id, { ...taking, name }, keep);
      const moved = (name !== undefined && name !== service.name) || host !== before;
      // The store is the truth: when route or name cannot follow now, the reconcile loop makes them.
      if (moved) await runtime.apply(id).catch((error: unknown) => core.note("apply failed", { serviceId: id, error: String(error) }));
      changed(service);
      if (settled) tellStaged(core, service, []);
      const now = mustFindService(core, id);
      if (toldOf(db, now) !== told) tellReferring(core, id);
      return views.oneService(now);
    }),

    deletion: base.services.deletion.handler(async ({ input }) => {
      const goes = await runtime.deletion(mustFindService(core, input.id, input.environmentId));
      return { goes: [...goes, ...trashWords(db, input.id), ...stagedWords(countStaged(db, input.id))] };
    }),

    logs: base.services.logs.handler(({ input, signal }) => {
      const service = mustFindService(core, input.id, input.environmentId);
      return stream(signal, (until) => runtime.logs(service, { after: input.after, tail: input.tail }, until));
    }),

    history: base.services.history.handler(({ input: { id, environmentId, ...asked }, signal }) => runtime.history(mustFindService(core, id, environmentId), asked, signal)),

    download: base.services.download.handler(({ input, context, signal }) => {
      const service = mustFindService(core, input.id, input.environmentId);
      return raw.issueLog(context, { id: context.entityId!, about: { serviceId: service.id }, name: logName(service.name, core.clock.now()) }, () => runtime.wholeLog(service, {}, signal), signal);
    }),

    downloadFound: base.services.downloadFound.handler(({ input: { id, environmentId, filter }, context, signal }) => {
      const service = mustFindService(core, id, environmentId);
      const name = logName(service.name, core.clock.now(), foundPart(filter.text));
      return raw.issueLog(context, { id: context.entityId!, about: { serviceId: service.id }, name }, () => runtime.wholeLog(service, filter, signal), signal);
    }),

    ...lifecycleHandlers(base, rooms, views),
  };
}

/** What of it is another than before: what stands is not looked at again. */
const changedOf = (before: OpenConfig, { names, publish }: ServiceConfig): Pick<ServiceConfig, "names" | "publish"> => ({
  ...(isDeepStrictEqual(before.names, names) ? {} : { names }),
  ...(isDeepStrictEqual(before.publish, publish) ? {} : { publish }),
});

/** A place that is not there, or a project and an environment that do not belong together. */
function refuseElsewhere(core: Rooms["core"], { projectId, environmentId }: ServicePage): void {
  if (projectId !== undefined) mustFindProject(core, projectId);
  if (environmentId === undefined) return;
  const environment = mustFindEnvironment(core, environmentId);
  if (projectId !== undefined && environment.projectId !== projectId) throw fail("NOT_FOUND", { what: "environment", id: environmentId });
}

/** Stop, start, restart and delete: each one job. */
function lifecycleHandlers(base: Base, { core, runtime }: Rooms, views: Views) {
  const { jobs } = core;

  type Asked = { id: string; environmentId?: string | undefined; discard: string[] };
  async function act({ id: serviceId, environmentId, discard }: Asked, kind: string, id: string) {
    if (!findJob(core.db, id)) await runtime.refuseLoss(mustFindService(core, serviceId, environmentId), kind, discard);
    const job = begin(core, id, () => {
      const service = mustFindService(core, serviceId);
      refuseWhileDeleting(core, placeOf(service));
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
        const service = mustFindService(core, input.id, input.environmentId);
        if (input.confirm !== service.name) throw fail("CONFIRMATION_MISMATCH", { typed: input.confirm, name: service.name });
        const already = jobs.deleting(placeOf(service));
        return already ?? { job: { kind: "delete-service", ...aboutService(core, service) } };
      });
      return { job: views.job(job) };
    }),
  };
}
