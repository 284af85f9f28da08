import { placeOf, type Changes, type Place } from "../changes/changes.ts";
import { findService, variablesReferringTo, type Db, type Scope, type ServiceRow } from "../store/index.ts";

type Deps = { db: Db; changes: Changes };

/** Services whose values follow from those of this one, also through others. */
export function referringServices(db: Db, service: ServiceRow): ServiceRow[] {
  const found = new Map<string, ServiceRow>();
  const next = [service];
  for (let at = next.pop(); at !== undefined; at = next.pop()) {
    for (const { scopeId } of variablesReferringTo(db, at.environmentId, at.name)) {
      if (scopeId === service.id || found.has(scopeId)) continue;
      const referring = findService(db, scopeId)!;
      found.set(scopeId, referring);
      next.push(referring);
    }
  }
  return [...found.values()];
}

/** After its values or what is known of it have changed: those who refer to it may be changed by that. */
export function tellReferring({ db, changes }: Deps, serviceId: string): void {
  const service = findService(db, serviceId);
  if (service === undefined) return;
  for (const one of referringServices(db, service)) changes.emit({ entity: "service", id: one.id, ...placeOf(one) });
}

/** After variables of a place have changed. Of what is shared a window asks again for the whole environment. */
export function tellVariables(deps: Deps, { scopeId }: Scope, place: Place): void {
  deps.changes.emit({ entity: "variables", id: scopeId, ...place });
  if (place.serviceId === null) return;
  deps.changes.emit({ entity: "service", id: place.serviceId, ...place });
  tellReferring(deps, place.serviceId);
}
