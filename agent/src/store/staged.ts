import { readAny } from "./read.ts";
import { all, insert, json, one, run, update, type Db } from "./sql.ts";
import type { Scope } from "./variables.ts";

export type StagedRow = Scope & {
  /** Made anew with each edit: it is the version. */
  id: string;
  environmentId: string;
  /** One of staged/. */
  aspect: string;
  name: string;
  /** As its aspect writes it; null: removed. */
  value: string | null;
  digest: string | null;
  author: string | null;
  at: number;
};

/** What is shared first, then services by age. */
export const listStaged = (db: Db, environmentId: string): StagedRow[] =>
  all(db, "SELECT * FROM staged WHERE environmentId = ? ORDER BY scope, scopeId, aspect, name", environmentId);
export const stagedOf = (db: Db, { scope, scopeId }: Scope): StagedRow[] =>
  all(db, "SELECT * FROM staged WHERE scope = ? AND scopeId = ? ORDER BY aspect, name", scope, scopeId);
export const findStaged = (db: Db, { scope, scopeId }: Scope, aspect: string, name: string): StagedRow | undefined =>
  one(db, "SELECT * FROM staged WHERE scope = ? AND scopeId = ? AND aspect = ? AND name = ?", scope, scopeId, aspect, name);
export const countStaged = (db: Db, serviceId: string): number =>
  one<{ count: number }>(db, "SELECT count(*) AS count FROM staged WHERE scope = 'service' AND scopeId = ?", serviceId)!.count;
export const countStagedIn = (db: Db, environmentId: string): number =>
  one<{ count: number }>(db, "SELECT count(*) AS count FROM staged WHERE environmentId = ?", environmentId)!.count;

/** What became of a row that is not there any more. */
export type Fate = "changed" | "discarded" | "deployed" | "wanted" | "serviceDeleted";
export type StagedGoneRow = Scope & Pick<StagedRow, "id" | "environmentId" | "aspect" | "name" | "author"> & { did: Fate; actId: string | null };

/** Lines of what became of rows, of each environment. */
const KEPT_GONE = 5000;

export const findStagedGone = (db: Db, id: string): StagedGoneRow | undefined => one(db, "SELECT * FROM stagedGone WHERE id = ?", id);
export const stagedGoneBy = (db: Db, actId: string): StagedGoneRow[] => all(db, "SELECT * FROM stagedGone WHERE actId = ? ORDER BY number", actId);

/** Takes it away and keeps what became of it; who has taken all clears what is older. */
export function takeStaged(db: Db, { id, environmentId, scope, scopeId, aspect, name }: StagedRow, fate: { did: Fate; author: string | null; actId?: string }): void {
  if (run(db, "DELETE FROM staged WHERE id = ?", id) === 0) return;
  insert(db, "stagedGone", { id, environmentId, scope, scopeId, aspect, name, actId: null, ...fate });
}

/** What is older than the kept ones goes. */
export const clearGone = (db: Db, environmentId: string): number =>
  run(db, "DELETE FROM stagedGone WHERE environmentId = ?1 AND number <= (SELECT number FROM stagedGone WHERE environmentId = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)", environmentId, KEPT_GONE);

/** In the place of the one before, which its author changed. */
export function putStaged(db: Db, row: StagedRow): void {
  const before = findStaged(db, row, row.aspect, row.name);
  if (before !== undefined) takeStaged(db, before, { did: "changed", author: row.author });
  insert(db, "staged", row);
}

/** The same edit in other words. */
export const rewriteStaged = (db: Db, id: string, { value, digest }: Pick<StagedRow, "value" | "digest">) => update(db, "staged", id, { value, digest });

/** Of the services of an environment, those whose templates refer to this owner. */
export const stagedReferringTo = (db: Db, environmentId: string, owner: string): StagedRow[] =>
  all(db, "SELECT * FROM staged WHERE environmentId = ? AND scope = 'service' AND aspect = 'variable' AND instr(value, ?) > 0 ORDER BY id", environmentId, `"${owner}.`);

/** The value of a variable's row. `sealed` null: one that is there becomes secret with the value that it has. */
export type StagedTemplate = { kind: "plain" | "secret"; sealed: Uint8Array | null; refers: string[] };

export const writeTemplate = ({ kind, sealed, refers }: StagedTemplate): string => json({ kind, refers, sealed: sealed && Buffer.from(sealed).toString("base64") })!;

/** What cannot be read is a secret that does not open. */
export function readTemplate(value: string): StagedTemplate {
  const { kind, sealed, refers } = (readAny(value, "staged") ?? {}) as Record<string, unknown>;
  return {
    kind: kind === "plain" ? "plain" : "secret",
    sealed: typeof sealed === "string" ? Buffer.from(sealed, "base64") : null,
    refers: Array.isArray(refers) ? refers.filter((one) => typeof one === "string") : [],
  };
}
