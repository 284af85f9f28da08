import { fail, Failure, type Me, type Role } from "../../contract/index.ts";
import { placeOf, type Place } from "../changes/changes.ts";
import { refuseHeldPorts } from "../network/held.ts";
import { sourceOf } from "../sources/index.ts";
import { deployStaged, mustFindRows, newVolumePaths, planOf, refuseUnreadable, showDifferences, showRows, stagedGroupOf, stageEdits, tellStaged } from "../staged/index.ts";
import { isDone, markDone } from "../store/idempotency.ts";
import { clearGone, findService, findStaged, findVariable, listStaged, ofEnvironment, ofService, readTemplate, stagedOf, takeStaged, transaction } from "../store/index.ts";
import type { Scope, ServiceRow, StagedRow } from "../store/index.ts";
import { sealAll } from "../variables/index.ts";
import { AGENT_VERSION } from "../version.ts";
import type { Base, Call, Rooms } from "./base.ts";
import { aboutEnvironment, aboutService } from "./begin.ts";
import { mustFindEnvironment, mustFindService, refuseWhileDeleting } from "./find.ts";
import type { Views } from "./views.ts";
import { mayAct } from "./who.ts";

const nameOf = ({ me, login }: Call): string | null => me?.name ?? login;

/** So many circles are told: who has more has one cause for many. */
const MOST_BROKEN = 100;

export function stagedHandlers(base: Base, { core, runtime }: Rooms, views: Views) {
  const { db, sealer } = core;
  const isGoing = (service: ServiceRow) => service.intent === "deleted" || core.jobs.deleting(placeOf(service)) !== undefined;
  const planning = { db, sealer, isGoing };
  /** Values are for who may reveal them. */
  const showing = (me: Me | undefined) => ({ db, sealer, reveal: me !== undefined && mayAct(me.role as Role, "deployer") });
  const rowsOf = (environmentId: string, ids?: readonly string[]) => (ids === undefined ? listStaged(db, environmentId) : mustFindRows(db, environmentId, ids));

  function placeFor({ environmentId, serviceId }: { environmentId: string; serviceId: string | null }): { scope: Scope; place: Place & { projectId: string; environmentId: string }; service: ServiceRow | null } {
    const { projectId } = mustFindEnvironment(core, environmentId);
    const service = serviceId === null ? null : mustFindService(core, serviceId, environmentId);
    return { scope: serviceId === null ? ofEnvironment(environmentId) : ofService(serviceId), place: { projectId, environmentId, serviceId }, service };
  }
  /** Of a variable by its name, wanted or staged. */
  const isSecret = (scope: Scope, name: string) => {
    const staged = findStaged(db, scope, "variable", name)?.value ?? null;
    return findVariable(db, scope, name)?.kind === "secret" || (staged !== null && readTemplate(staged).kind === "secret");
  };
  function refuseGoing(environmentId: string, rows: readonly StagedRow[]) {
    const { projectId } = mustFindEnvironment(core, environmentId);
    for (const { scope, scopeId } of rows) {
      const service = scope === "service" ? findService(db, scopeId) : undefined;
      refuseWhileDeleting(core, service === undefined ? { projectId, environmentId, serviceId: null } : placeOf(service));
    }
  }

  return {
    list: base.staged.list.handler(({ input: { environmentId }, context }) => {
      mustFindEnvironment(core, environmentId);
      return showRows(showing(context.me), listStaged(db, environmentId));
    }),

    stage: base.staged.stage.handler(async ({ input, context }) => {
      const { scope, service } = placeFor(input);
      // What others have changed since stays theirs.
      if (isDone(db, context.entityId!)) return showRows(showing(context.me), stagedOf(db, scope));
      if (service !== null) refuseUnreadable(service, input.set, (name) => input.secret.includes(name) || isSecret(scope, name));
      await refuseHeldPorts(input.settings?.publish ?? [], core.config);
      const set = await sealAll(sealer, scope.scope, input.set);
      await core.completeDigests();
      // Read again: it may have gone while the values were sealed.
      const { place } = placeFor(input);
      refuseWhileDeleting(core, place);
      const who = { author: nameOf(context), at: core.clock.now() };
      transaction(db, () => {
        stageEdits({ db, scope, environmentId: place.environmentId, who }, { set, remove: input.remove, secret: input.secret, settings: input.settings, volumes: input.volumes, removeVolumes: input.removeVolumes });
        markDone(db, context.entityId!);
      });
      tellStaged(core, place, [scope]);
      return showRows(showing(context.me), stagedOf(db, scope));
    }),

    discard: base.staged.discard.handler(({ input: { environmentId, ids }, context }) => {
      const { place } = placeFor({ environmentId, serviceId: null });
      const asked = new Set(ids);
      const taken = listStaged(db, environmentId).filter(({ id }) => asked.has(id));
      transaction(db, () => {
        for (const row of taken) takeStaged(db, row, { did: "discarded", author: nameOf(context) });
        clearGone(db, environmentId);
      });
      if (taken.length > 0) tellStaged(core, place, taken);
      return showRows(showing(context.me), listStaged(db, environmentId));
    }),

    review: base.staged.review.handler(async ({ input: { environmentId, ids }, context }) => {
      mustFindEnvironment(core, environmentId);
      await core.completeDigests();
      const rows = rowsOf(environmentId, ids);
      // Its store writes nothing, also nothing that is taken back.
      if (core.trial && rows.length > 0) throw fail("STORE_IN_TRIAL", { version: AGENT_VERSION });
      const { members, idle, broken, problems } = planOf(planning, environmentId, rows);
      const nameIn = (serviceId: string | null) => (serviceId === null ? "shared" : (findService(db, serviceId)?.name ?? ""));
      const byScope = Map.groupBy(await showDifferences(showing(context.me), rows), ({ serviceId }) => serviceId);
      return {
        parts: [...byScope].map(([serviceId, own]) => ({ serviceId, name: nameIn(serviceId), rows: own })),
        members: members.map(({ service, why, after }) => ({ serviceId: service.id, name: service.name, why, after })),
        idle: idle.map(idleView),
        broken: broken.slice(0, MOST_BROKEN).map(({ service, waitsNot, circle }) => ({ serviceId: service.id, name: service.name, afterServiceId: waitsNot.id, afterName: waitsNot.name, circle })),
        problems,
      };
    }),

    deploy: base.staged.deploy.handler(async ({ input: { environmentId, ids, discard }, context }) => {
      const id = context.entityId!;
      if (stagedGroupOf(core, id) === undefined) {
        const environment = aboutEnvironment(core, mustFindEnvironment(core, environmentId));
        await core.completeDigests();
        const discarded = (service: ServiceRow) => discard.find(({ serviceId }) => serviceId === service.id)?.paths ?? [];
        // Each asks Docker, which may be silent: together they take no longer than one.
        const asked = mustFindRows(db, environmentId, ids);
        await Promise.all(planOf(planning, environmentId, asked).members.map(({ service }) => runtime.refuseLoss(service, "deploy", discarded(service), newVolumePaths(asked, service.id))));
        // All is read again, and nothing is awaited from here on.
        const rows = mustFindRows(db, environmentId, ids);
        refuseGoing(environmentId, rows);
        const plan = planOf(planning, environmentId, rows);
        if (plan.problems[0] !== undefined) throw new Failure(plan.problems[0]);
        const by = nameOf(context);
        const jobOf = (service: ServiceRow) => ({
          kind: "deploy",
          ...aboutService(core, service),
          input: { builds: sourceOf(service.config.source)?.traits.builds ?? false, discard: discarded(service), by, commit: null },
        });
        deployStaged(core, { id, environment, rows, plan, by, jobOf });
      }
      const { group, jobs, idle } = stagedGroupOf(core, id)!;
      return { group, jobs: jobs.map(views.job), idle: idle.map(idleView) };
    }),
  };
}

const idleView = <Why>({ service, why }: { service: ServiceRow; why: Why }) => ({ serviceId: service.id, name: service.name, why });
