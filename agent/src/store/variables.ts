import { readNames } from "./read.ts";
import { all, one, run, type Db } from "./sql.ts";

/** Whose it is: a service's own, or an environment's for those of its services that refer to it. */
export type Scope = { scope: "service" | "environment"; scopeId: string };
export const ofService = (scopeId: string): Scope => ({ scope: "service", scopeId });
export const ofEnvironment = (scopeId: string): Scope => ({ scope: "environment", scopeId });

export type VariableRow = Scope & {
  name: string;
  /** Opens with the sealer of secrets/, nothing else. */
  sealed: Uint8Array;
  /** Keyed hash of scope, name and value; null: from before there were any, so the value is no template. */
  digest: string | null;
  /** Names of shared variables that its value refers to. */
  refers: string[];
  kind: string;
  updatedAt: number;
};
type Stored = Omit<VariableRow, "refers"> & { refers: string };
const row = (stored: Stored): VariableRow => ({ ...stored, refers: readNames(stored.refers, `${stored.scopeId} ${stored.name}`) });

export const listVariables = (db: Db, { scope, scopeId }: Scope): VariableRow[] =>
  all<Stored>(db, "SELECT * FROM variable WHERE scope = ? AND scopeId = ? ORDER BY name", scope, scopeId).map(row);

export function findVariable(db: Db, { scope, scopeId }: Scope, name: string): VariableRow | undefined {
  const stored = one<Stored>(db, "SELECT * FROM variable WHERE scope = ? AND scopeId = ? AND name = ?", scope, scopeId, name);
  return stored && row(stored);
}

export type NewVariable = Pick<VariableRow, "name" | "sealed" | "refers"> & { digest: string };

export const setVariable = (db: Db, { scope, scopeId }: Scope, { name, sealed, digest, refers }: NewVariable): number =>
  run(
    db,
    `INSERT INTO variable (scope, scopeId, name, sealed, digest, refers, updatedAt) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET sealed = excluded.sealed, digest = excluded.digest, refers = excluded.refers, updatedAt = excluded.updatedAt`,
    scope,
    scopeId,
    name,
    sealed,
    digest,
    JSON.stringify(refers),
    Date.now(),
  );

export const removeVariable = (db: Db, { scope, scopeId }: Scope, name: string): number =>
  run(db, "DELETE FROM variable WHERE scope = ? AND scopeId = ? AND name = ?", scope, scopeId, name);

/** Those from before there were digests; where it is the same value, it was not changed. */
export const undigested = (db: Db): VariableRow[] => all<Stored>(db, "SELECT * FROM variable WHERE digest IS NULL").map(row);

/** `before`: a person may have changed it meanwhile, and then it has a digest. */
export const setDigest = (db: Db, before: VariableRow, { sealed, digest }: Pick<NewVariable, "sealed" | "digest">): number =>
  run(
    db,
    "UPDATE variable SET sealed = ?, digest = ? WHERE scope = ? AND scopeId = ? AND name = ? AND digest IS NULL",
    sealed,
    digest,
    before.scope,
    before.scopeId,
    before.name,
  );

/** Live releases from before there were digests, with what they were started with. */
export const undigestedReleases = (db: Db): { id: string; variables: Uint8Array | null }[] =>
  all(
    db,
    `SELECT release.id, release.variables FROM release JOIN service ON service.liveReleaseId = release.id
     WHERE release.variablesDigest IS NULL`,
  );
export const setReleaseDigest = (db: Db, releaseId: string, digest: string): number =>
  run(db, "UPDATE release SET variablesDigest = ? WHERE id = ?", digest, releaseId);
