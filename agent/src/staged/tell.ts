import { placeOf, type Changes } from "../changes/changes.ts";
import { findService, type Db, type Scope } from "../store/index.ts";

/** After rows of an environment have changed: of these scopes the counts are others. */
export function tellStaged({ db, changes }: { db: Db; changes: Changes }, { projectId, environmentId }: { projectId: string | null; environmentId: string }, scopes: readonly Scope[]): void {
  const place = { projectId, environmentId, serviceId: null };
  changes.emit({ entity: "staged", id: environmentId, ...place });
  changes.emit({ entity: "environment", id: environmentId, ...place });
  for (const serviceId of new Set(scopes.flatMap(({ scope, scopeId }) => (scope === "service" ? [scopeId] : [])))) {
    const service = findService(db, serviceId);
    if (service !== undefined) changes.emit({ entity: "service", id: serviceId, ...placeOf(service) });
  }
}
