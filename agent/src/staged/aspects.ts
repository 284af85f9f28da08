import { entryOf } from "../../contract/index.ts";
import type { Db, Scope, StagedRow } from "../store/index.ts";
import type { Aspect } from "./aspect.ts";
import { settingAspect } from "./setting.ts";
import { variableAspect } from "./variable.ts";
import { refuseSecondInstance, volumeAspect } from "./volume.ts";

export const VARIABLE = "variable";
export const SETTING = "setting";
export const VOLUME = "volume";

const aspects: Readonly<Record<string, Aspect>> = { [VARIABLE]: variableAspect, [SETTING]: settingAspect, [VOLUME]: volumeAspect };

/** Undefined: of a newer agent, whose rows wait for it. */
export const aspectOf = (row: Pick<StagedRow, "aspect">): Aspect | undefined => entryOf(aspects, row.aspect);

/** Rows by whose they are, and of one by their aspect. */
export function grouped(rows: readonly StagedRow[]): { scope: Scope; rows: StagedRow[] }[] {
  const groups = Map.groupBy(rows, ({ scope, scopeId }) => `${scope} ${scopeId}`);
  return [...groups.values()].map((own) => ({ scope: { scope: own[0]!.scope, scopeId: own[0]!.scopeId }, rows: own }));
}

/** Within a transaction: rows of one scope become what is wanted. */
export function applyRows(db: Db, scope: Scope, rows: readonly StagedRow[], at: number): void {
  for (const [name, own] of Map.groupBy(rows, ({ aspect }) => aspect)) aspectOf({ aspect: name })?.apply(db, scope, own, at);
  // Only now: a setting of these rows may be what makes room for a volume of them, or the other way round.
  if (scope.scope === "service" && rows.some(({ aspect }) => aspect !== VARIABLE)) refuseSecondInstance(db, scope.scopeId);
}
