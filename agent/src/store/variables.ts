import { readNames } from "./read.ts";
import { all, insert, one, run, type Db } from "./sql.ts";

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
  /** What its value refers to: a shared variable by its name, else "service.NAME" or "self.NAME". */
  refers: string[];
  /** plain; secret: never shown again. */
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

/** Answers 0 where there is none, or it is secret already. */
export const makeSecret = (db: Db, { scope, scopeId }: Scope, name: string): number =>
  run(db, "UPDATE variable SET kind = 'secret' WHERE scope = ? AND scopeId = ? AND name = ? AND kind <> 'secret'", scope, scopeId, name);

/** Lines of history of each scope. */
const HISTORY = 500;
export type VariableChangeRow = Scope & { id: number; name: string; act: "set" | "removed" | "secret"; by: string | null; at: number };

export const writeVariableChange = (db: Db, change: Omit<VariableChangeRow, "id">): void => insert(db, "variableChange", change);

/** Newest first. */
export const variableChanges = (db: Db, { scope, scopeId }: Scope): VariableChangeRow[] =>
  all<VariableChangeRow>(db, "SELECT * FROM variableChange WHERE scope = ? AND scopeId = ? ORDER BY id DESC", scope, scopeId);

/** What is older than the kept ones goes. */
export const clearHistory = (db: Db, { scope, scopeId }: Scope): number =>
  run(
    db,
    "DELETE FROM variableChange WHERE scope = ?1 AND scopeId = ?2 AND id <= (SELECT id FROM variableChange WHERE scope = ?1 AND scopeId = ?2 ORDER BY id DESC LIMIT 1 OFFSET ?3)",
    scope,
    scopeId,
    HISTORY,
  );

export const removeVariable = (db: Db, { scope, scopeId }: Scope, name: string): number =>
  run(db, "DELETE FROM variable WHERE scope = ? AND scopeId = ? AND name = ?", scope, scopeId, name);

/** Of the services of an environment, those that refer to this owner: what is kept of a reference to it begins with its name and a dot. */
export const variablesReferringTo = (db: Db, environmentId: string, owner: string): VariableRow[] =>
  all<Stored>(
    db,
    `SELECT variable.* FROM variable JOIN service ON service.id = variable.scopeId
     WHERE variable.scope = 'service' AND service.environmentId = ? AND instr(variable.refers, ?) > 0 ORDER BY variable.scopeId, variable.name`,
    environmentId,
    `"${owner}.`,
  ).map(row);

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
