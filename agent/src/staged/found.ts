import { fail } from "../../contract/index.ts";
import { findService, findStagedGone, listStaged, type Db, type Fate, type StagedRow } from "../store/index.ts";
import { aspectOf } from "./aspects.ts";

const FATES: Record<Fate, string> = {
  changed: "changed it",
  discarded: "discarded it",
  deployed: "deployed it",
  wanted: "set it at once",
  serviceDeleted: "deleted the service",
};

/** The rows of an environment by these ids, in the order of the list; refused where one is not what was reviewed. */
export function mustFindRows(db: Db, environmentId: string, ids: readonly string[]): StagedRow[] {
  const rows = listStaged(db, environmentId);
  const there = new Set(rows.map(({ id }) => id));
  const missing = ids.find((id) => !there.has(id));
  if (missing !== undefined) throw changed(db, environmentId, missing);
  const wanted = new Set(ids);
  return rows.filter(({ id }) => wanted.has(id));
}

function changed(db: Db, environmentId: string, id: string) {
  const gone = findStagedGone(db, id);
  if (gone === undefined || gone.environmentId !== environmentId) return fail("STAGED_CHANGED", { row: "A staged change", who: "somebody", did: "changed it" });
  const owner = gone.scope === "service" ? findService(db, gone.scopeId)?.name : "the environment";
  const row = `${aspectOf(gone)?.words(gone.name) ?? gone.name}${owner === undefined ? "" : ` of ${owner}`}`;
  return fail("STAGED_CHANGED", { row, who: gone.author ?? "somebody", did: FATES[gone.did] });
}
