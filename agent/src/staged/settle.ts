import { clearGone, stagedOf, takeStaged, type Db, type Scope } from "../store/index.ts";
import { aspectOf } from "./aspects.ts";

/** Within the transaction of a change of what is wanted: rows that would do what is so now go. */
export function settleStaged(db: Db, scope: Scope, author: string | null): boolean {
  const settled = stagedOf(db, scope).filter((row) => aspectOf(row)?.isWanted(db, row) ?? false);
  for (const row of settled) takeStaged(db, row, { did: "wanted", author });
  if (settled[0] !== undefined) clearGone(db, settled[0].environmentId);
  return settled.length > 0;
}
