import { fail, type Variable } from "../../contract/index.ts";
import type { Place } from "../changes/changes.ts";
import { findVariable, listVariables, ofEnvironment, ofService, removeVariable, setVariable, transaction } from "../store/index.ts";
import type { Scope, VariableRow } from "../store/index.ts";
import { checkVariableCount, sealAll } from "../variables/index.ts";
import type { Base, Rooms } from "./base.ts";
import { mustFindEnvironment, mustFindService, refuseWhileDeleting } from "./find.ts";

export function variableHandlers(base: Base, { core, raw }: Rooms) {
  const { db, sealer, changes } = core;
  const shown = ({ name, refers, updatedAt }: VariableRow, value: string | null = null): Variable => ({ name, value, refers, updatedAt });

  /** Whose variables are asked for: the service's, or with null what its environment shares. */
  function scopeOf({ environmentId, serviceId }: { environmentId: string; serviceId: string | null }): { scope: Scope; place: Place } {
    const { projectId } = mustFindEnvironment(core, environmentId);
    if (serviceId !== null) mustFindService(core, serviceId, environmentId);
    return { scope: serviceId === null ? ofEnvironment(environmentId) : ofService(serviceId), place: { projectId, environmentId, serviceId } };
  }

  return {
    list: base.variables.list.handler(({ input }) => listVariables(db, scopeOf(input).scope).map((row) => shown(row))),

    reveal: base.variables.reveal.handler(async ({ input }) => {
      await core.completeDigests();
      const found = findVariable(db, scopeOf(input).scope, input.name);
      if (!found) throw fail("NOT_FOUND", { what: "variable", id: input.name });
      return shown(found, await sealer.open(found.sealed, `The variable ${found.name}`));
    }),

    change: base.variables.change.handler(async ({ input }) => {
      const { scope, place } = scopeOf(input);
      const sealed = await sealAll(sealer, scope.scope, input.set);
      // Read again: it may have gone while the values were sealed.
      scopeOf(input);
      refuseWhileDeleting(core, place);
      transaction(db, () => {
        for (const name of input.remove) removeVariable(db, scope, name);
        for (const variable of sealed) setVariable(db, scope, variable);
        checkVariableCount(listVariables(db, scope).length);
      });
      changes.emit({ entity: "variables", id: scope.scopeId, ...place });
      // Of what is shared a window asks again for the whole environment.
      if (place.serviceId !== null) changes.emit({ entity: "service", id: place.serviceId, ...place });
      return listVariables(db, scope).map((row) => shown(row));
    }),

    upload: base.variables.upload.handler(({ input, context }) => {
      const { size, ...about } = input;
      refuseWhileDeleting(core, scopeOf(about).place);
      return raw.issue(context, { id: context.entityId!, purpose: "variables", about, name: ".env", size });
    }),
  };
}
