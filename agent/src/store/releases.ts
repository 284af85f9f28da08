import type { Commit, ServiceConfig } from "../../contract/index.ts";
import { configOf, type StoredConfig } from "./config.ts";
import { readCommit } from "./read.ts";
import { all, insert, json, one, run, update, type Db } from "./sql.ts";

/**
 * preparing: made by a running job, serves nobody yet · live: what the service is · retiring: replaced, its requests in
 * flight get their grace · retired: gone, its image may be kept · failed: never went live.
 */
export type ReleaseState = "preparing" | "live" | "retiring" | "retired" | "failed";

/** Config, variables and commit never change after it was made. Where it runs is said by its instances. */
export type ReleaseRow = {
  id: string;
  serviceId: string;
  deploymentId: string;
  state: ReleaseState;
  /** What it was made as. */
  shape: string;
  config: StoredConfig;
  /** What of its settings could not be read and stands at its default; null: nothing. */
  damage: string | null;
  /** Sealed JSON of name → value. */
  variables: Uint8Array | null;
  /** Keyed hash of what it was made with (variables/digest.ts); null: of a release from before there were any. */
  variablesDigest: string | null;
  commit: Commit | null;
  image: string | null;
  imageId: string | null;
  port: number | null;
  createdAt: number;
  endedAt: number | null;
};
type Stored = Omit<ReleaseRow, "config" | "damage" | "commit"> & { config: string; commit: string | null };

const row = (stored: Stored): ReleaseRow => ({
  ...stored,
  ...configOf(stored.config, stored.id),
  commit: readCommit(stored.commit, stored.id),
});

export type NewRelease = Pick<ReleaseRow, "id" | "serviceId" | "deploymentId" | "shape" | "variables"> & { config: ServiceConfig } &
  Partial<Omit<ReleaseRow, "config" | "damage" | "createdAt" | "endedAt">>;

export function createRelease(db: Db, release: NewRelease): void {
  const { config, commit, ...rest } = release;
  insert(db, "release", { state: "preparing", ...rest, config: json(config), commit: json(commit), createdAt: Date.now() });
}

export function findRelease(db: Db, id: string): ReleaseRow | undefined {
  const stored = one<Stored>(db, "SELECT * FROM release WHERE id = ?", id);
  return stored && row(stored);
}

/** Newest first. */
export const releasesOfService = (db: Db, serviceId: string): ReleaseRow[] =>
  all<Stored>(db, "SELECT * FROM release WHERE serviceId = ? ORDER BY id DESC", serviceId).map(row);

export const releasesInState = (db: Db, state: ReleaseState): ReleaseRow[] =>
  all<Stored>(db, "SELECT * FROM release WHERE state = ? ORDER BY id", state).map(row);

/** Whether one is still to retire, or more than so many retired ones are kept. */
export const hasOldReleases = (db: Db, serviceId: string, kept: number): boolean =>
  one(db, "SELECT 1 FROM release WHERE serviceId = ? GROUP BY serviceId HAVING sum(state = 'retiring') > 0 OR sum(state = 'retired') > ?", serviceId, kept) !== undefined;

export const releasesOfDeployment = (db: Db, deploymentId: string): ReleaseRow[] =>
  all<Stored>(db, "SELECT * FROM release WHERE deploymentId = ? ORDER BY id", deploymentId).map(row);

type ReleaseChange = Partial<
  Pick<ReleaseRow, "image" | "imageId" | "port" | "state" | "endedAt">
> & { commit?: Commit | null };

export function updateRelease(db: Db, id: string, change: ReleaseChange): number {
  const { commit, ...rest } = change;
  return update(db, "release", id, { ...rest, ...(commit === undefined ? {} : { commit: json(commit) }) });
}

export const deleteRelease = (db: Db, id: string) => run(db, "DELETE FROM release WHERE id = ?", id);
