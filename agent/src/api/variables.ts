import { fail, type Variable } from "../../contract/index.ts";
import { findVariable, listVariables, removeVariable, setVariable, transaction, updateService } from "../store/index.ts";
import type { Base, Rooms } from "./base.ts";
import { mustFindService, refuseWhileDeleting } from "./find.ts";
import { checkVariableCount } from "./rules.ts";

export function variableHandlers(base: Base, { core }: Rooms) {
  const { db, sealer, changes } = core;
  const shown = (serviceId: string): Variable[] =>
    listVariables(db, serviceId).map(({ name, updatedAt }) => ({ name, value: null, updatedAt }));

  return {
    list: base.variables.list.handler(({ input }) => shown(mustFindService(core, input.serviceId).id)),

    reveal: base.variables.reveal.handler(async ({ input }) => {
      mustFindService(core, input.serviceId);
      const found = findVariable(db, input.serviceId, input.name);
      if (!found) throw fail("NOT_FOUND", { what: "variable", id: input.name });
      return { name: found.name, value: await sealer.open(found.sealed, `The variable ${found.name}`), updatedAt: found.updatedAt };
    }),

    change: base.variables.change.handler(async ({ input }) => {
      const { serviceId, set, remove } = input;
      const sealed = await Promise.all(
        Object.entries(set).map(async ([name, value]) => [name, await sealer.seal(value)] as const),
      );
      const service = mustFindService(core, serviceId);
      refuseWhileDeleting(core, service.projectId, serviceId);
      transaction(db, () => {
        for (const name of remove) removeVariable(db, serviceId, name);
        for (const [name, value] of sealed) setVariable(db, serviceId, name, value);
        checkVariableCount(listVariables(db, serviceId).length);
        updateService(db, serviceId, { variablesChangedAt: Date.now() });
      });
      const owner = { projectId: service.projectId, serviceId };
      changes.emit({ entity: "variables", id: serviceId, ...owner });
      changes.emit({ entity: "service", id: serviceId, ...owner });
      return shown(serviceId);
    }),
  };
}
