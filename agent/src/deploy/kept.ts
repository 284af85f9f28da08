import { fail } from "../../contract/problem.ts";
import { findRelease, type Db, type ReleaseRow, type ServiceRow } from "../store/index.ts";

const KEPT = new Set<ReleaseRow["state"]>(["live", "retiring", "retired"]);

/** A release of the service that is here with all that it was made with, or RELEASE_NOT_KEPT. */
export function keptRelease(db: Db, service: ServiceRow, id: string): ReleaseRow {
  const found = findRelease(db, id);
  if (found === undefined || found.serviceId !== service.id || !KEPT.has(found.state)) throw fail("RELEASE_NOT_KEPT", { id, service: service.name });
  return found;
}
