import { fail, type Variable } from "../../contract/index.ts";
import type { Place } from "../changes/changes.ts";
import { settleStaged, tellStaged } from "../staged/index.ts";
import { findVariable, listVariables, ofEnvironment, ofService, transaction, variableChanges } from "../store/index.ts";
import type { Scope, VariableRow } from "../store/index.ts";
import { referableIn, sealAll, tellVariables, writeVariables } from "../variables/index.ts";
import type { Base, Rooms } from "./base.ts";
import { mustFindEnvironment, mustFindService, refuseWhileDeleting } from "./find.ts";

export function variableHandlers(base: Base, { core, raw }: Rooms) {
  const { db, sealer } = core;
  const shown = ({ name, refers, kind, updatedAt }: VariableRow, value: string | null = null): Variable => ({ name, value, refers, kind, updatedAt });

  /** Whose variables are asked for: the service's, or with null what its environment shares. */
  function scopeOf({ environmentId, serviceId }: { environmentId: string; serviceId: string | null }): { scope: Scope; place: Place } {
    const { projectId } = mustFindEnvironment(core, environmentId);
    if (serviceId !== null) mustFindService(core, serviceId, environmentId);
    return { scope: serviceId === null ? ofEnvironment(environmentId) : ofService(serviceId), place: { projectId, environmentId, serviceId } };
  }

  return {
    list: base.variables.list.handler(({ input }) => listVariables(db, scopeOf(input).scope).map((row) => shown(row))),

    referable: base.variables.referable.handler(({ input: { environmentId } }) => {
      scopeOf({ environmentId, serviceId: null });
      return referableIn(db, environmentId);
    }),

    reveal: base.variables.reveal.handler(async ({ input }) => {
      await core.completeDigests();
      const found = findVariable(db, scopeOf(input).scope, input.name);
      if (!found) throw fail("NOT_FOUND", { what: "variable", id: input.name });
      if (found.kind !== "plain") throw fail("VARIABLE_IS_SECRET", { variable: found.name });
      return shown(found, await sealer.open(found.sealed, `The variable ${found.name}`));
    }),

    history: base.variables.history.handler(({ input }) => variableChanges(db, scopeOf(input).scope).map(({ name, act, by, at }) => ({ name, act, by, at }))),

    change: base.variables.change.handler(async ({ input, context }) => {
      const { scope, place } = scopeOf(input);
      const sealed = await sealAll(sealer, scope.scope, input.set);
      // Read again: it may have gone while the values were sealed.
      scopeOf(input);
      refuseWhileDeleting(core, place);
      const who = { by: context.me?.name ?? context.login, at: core.clock.now() };
      const settled = transaction(db, () => {
        writeVariables(db, scope, { set: sealed, remove: input.remove, secret: input.secret }, who);
        return settleStaged(db, scope, who.by);
      });
      tellVariables(core, scope, place);
      if (settled) tellStaged(core, { projectId: place.projectId, environmentId: input.environmentId }, [scope]);
      return listVariables(db, scope).map((row) => shown(row));
    }),

    upload: base.variables.upload.handler(({ input, context }) => {
      const { size, ...about } = input;
      refuseWhileDeleting(core, scopeOf(about).place);
      return raw.issue(context, { id: context.entityId!, purpose: "variables", about, name: ".env", size });
    }),
  };
}
