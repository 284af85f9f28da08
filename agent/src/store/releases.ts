import type { Commit, ServiceConfig } from "../../contract/index.ts";
import { configOf, type StoredConfig } from "./config.ts";
import { readCommit, readMounts } from "./read.ts";
import { all, insert, json, one, run, transaction, update, type Db } from "./sql.ts";
import type { Mount } from "./volumes.ts";

/**
 * preparing: made by a running job, serves nobody yet · live: what the service is · retiring: replaced, its requests in
 * flight get their grace · retired: gone, its image may be kept · going: nobody goes back to it any more, its image and row
 * are being removed · failed: never went live.
 */
export type ReleaseState = "preparing" | "live" | "retiring" | "retired" | "going" | "failed";

/** Config, variables and commit never change after it was made. Where it runs is said by its instances. */
export type ReleaseRow = {
  id: string;
  serviceId: string;
  deploymentId: string;
  state: ReleaseState;
  /** What it was made as. */
  shape: string;
  config: StoredConfig;
  /** What of its settings could not be read and stands at its default, its volumes among them; null: nothing. */
  damage: string | null;
  /** Sealed JSON of name → value. */
  variables: Uint8Array | null;
  /** Keyed hash of what it was made with (variables/digest.ts); null: of a release from before there were any. */
  variablesDigest: string | null;
  commit: Commit | null;
  image: string | null;
  imageId: string | null;
  port: number | null;
  /** Of a rollback: the kept release that it is a copy of; that one may be gone. */
  fromReleaseId: string | null;
  /** The release that was made first, where this is a copy: the folder of a site has its name. */
  originId: string | null;
  /** Since when no cleanup takes it. */
  pinnedAt: number | null;
  /** Volumes of ours that its containers have mounted. */
  mounts: Mount[];
  createdAt: number;
  endedAt: number | null;
};
type Stored = Omit<ReleaseRow, "config" | "damage" | "commit" | "mounts"> & { config: string; commit: string | null; mounts: string };

function row(stored: Stored): ReleaseRow {
  const { config, damage } = configOf(stored.config, stored.id);
  const mounts = readMounts(stored.mounts, stored.id);
  // Made again without them it would find an empty folder.
  const lost = mounts === null ? [...(damage ? [damage] : []), "volumes"].join(", ") : damage;
  return { ...stored, config, damage: lost, commit: readCommit(stored.commit, stored.id), mounts: mounts ?? [] };
}

export type NewRelease = Pick<ReleaseRow, "id" | "serviceId" | "deploymentId" | "shape" | "variables"> & { config: ServiceConfig } &
  Partial<Omit<ReleaseRow, "config" | "damage" | "createdAt" | "endedAt">>;

export function createRelease(db: Db, release: NewRelease): void {
  const { config, commit, mounts = [], ...rest } = release;
  insert(db, "release", { state: "preparing", ...rest, config: json(config), commit: json(commit), mounts: json(mounts), createdAt: Date.now() });
}

/** A copy that shares with the one that is kept all that it was made with, but for what is mounted; it holds its image by a name of its own. */
export function copyRelease(db: Db, from: Pick<ReleaseRow, "id">, { id, deploymentId, image, mounts }: Pick<ReleaseRow, "id" | "deploymentId" | "image" | "mounts">): void {
  run(
    db,
    `INSERT INTO release (id, serviceId, deploymentId, state, shape, config, variables, variablesDigest, "commit", image, imageId, fromReleaseId, originId, mounts, createdAt)
      SELECT ?, serviceId, ?, 'preparing', shape, config, variables, variablesDigest, "commit", ?, imageId, id, coalesce(originId, id), ?, ? FROM release WHERE id = ?`,
    id,
    deploymentId,
    image,
    json(mounts),
    Date.now(),
    from.id,
  );
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

/** Neither pinned nor what a job that has not come to its commit goes back to, or runs a command in. */
const NEEDED = "CASE WHEN json_valid(input) THEN coalesce(json_extract(input, '$.fromReleaseId'), json_extract(input, '$.releaseId')) END";
// Not by its service: asked once for all, of the few jobs that are open; a damaged row is nobody's.
const IS_LOOSE = `pinnedAt IS NULL AND id NOT IN (SELECT ${NEEDED} FROM job WHERE endedAt IS NULL AND committed = 0 AND ${NEEDED} IS NOT NULL)`;

/**
 * Retired ones that are neither pinned nor gone back to, with what they are copies of: copies of one origin count once, by
 * the newest of them, and not at all beside one of that origin that is live. Of each origin that stays, the first and the
 * last are kept: the one that a person knows, and what served before.
 */
const STAYING = `WITH loose AS (SELECT id, coalesce(originId, id) AS origin FROM release WHERE serviceId = ?1 AND state = 'retired' AND ${IS_LOOSE}),
  live AS (SELECT coalesce(originId, id) AS origin FROM release WHERE serviceId = ?1 AND state = 'live'),
  grouped AS (SELECT origin, min(id) AS first, max(id) AS last, origin IN (SELECT origin FROM live) AS beside FROM loose GROUP BY origin),
  staying AS (SELECT first, last FROM grouped WHERE beside UNION ALL SELECT first, last FROM (SELECT * FROM grouped WHERE NOT beside ORDER BY last DESC LIMIT ?2))`;
const OLD = `id IN (SELECT id FROM loose) AND id NOT IN (SELECT first FROM staying UNION ALL SELECT last FROM staying)`;

/** Retired ones beyond the newest so many, newest first; none that is pinned or that somebody goes back to. */
export const oldReleases = (db: Db, serviceId: string, kept: number): ReleaseRow[] =>
  all<Stored>(db, `${STAYING} SELECT * FROM release WHERE ${OLD} ORDER BY id DESC`, serviceId, kept).map(row);

/**
 * The next one of which nothing is to be left: one that was going already, else an old one. From here on it is not kept, so
 * nobody pins it or goes back to it.
 */
export const takeOldRelease = (db: Db, serviceId: string, kept: number): ReleaseRow | undefined =>
  transaction(db, () => {
    const going = releasesInState(db, "going").find((release) => release.serviceId === serviceId);
    const old = going ?? oldReleases(db, serviceId, kept)[0];
    if (old !== undefined && old !== going) updateRelease(db, old.id, { state: "going" });
    return old;
  });

/** That one where nobody needs it, and from here on it is going, or is so already; undefined: it is kept, or gone. */
export const takeRelease = (db: Db, id: string): ReleaseRow | undefined =>
  transaction(db, () => {
    const stored = one<Stored>(db, `SELECT * FROM release WHERE id = ? AND (state = 'going' OR (state = 'retired' AND ${IS_LOOSE}))`, id);
    if (stored?.state === "retired") updateRelease(db, id, { state: "going" });
    return stored && row(stored);
  });

/** Whether one is still to retire or going, or there are old ones. */
export const hasOldReleases = (db: Db, serviceId: string, kept: number): boolean =>
  one(db, "SELECT 1 FROM release WHERE serviceId = ? AND state IN ('retiring', 'going')", serviceId) !== undefined ||
  one(db, `${STAYING} SELECT 1 FROM release WHERE ${OLD} LIMIT 1`, serviceId, kept) !== undefined;

/** What has the names and ports of services: their live ones, and those that are being made. */
export const claimingReleases = (db: Db): ReleaseRow[] =>
  all<Stored>(db, "SELECT release.* FROM release JOIN service ON service.id = release.serviceId WHERE release.id = service.liveReleaseId OR release.state = 'preparing' ORDER BY release.id").map(row);

/** Newest first: all that one can go back to. */
export const keptReleases = (db: Db, serviceId: string): ReleaseRow[] =>
  all<Stored>(db, "SELECT * FROM release WHERE serviceId = ? AND state IN ('live', 'retiring', 'retired') ORDER BY id DESC", serviceId).map(row);

export const countPinned = (db: Db, serviceId: string): number =>
  one<{ count: number }>(db, "SELECT count(*) AS count FROM release WHERE serviceId = ? AND pinnedAt IS NOT NULL", serviceId)!.count;

/** Whether a release that is there has its files under this one's name; `except` is about to go. */
export const isSiteKept = (db: Db, id: string, except = ""): boolean =>
  one(db, "SELECT 1 FROM release WHERE (id = ? OR originId = ?) AND state <> 'failed' AND id <> ?", id, id, except) !== undefined;

/** Those that hold an image, or would: whatever has not failed. */
export const releasesWithImage = (db: Db): Pick<ReleaseRow, "id" | "serviceId" | "imageId">[] =>
  all(db, "SELECT id, serviceId, imageId FROM release WHERE imageId IS NOT NULL AND state <> 'failed'");

export const releasesOfDeployment = (db: Db, deploymentId: string): ReleaseRow[] =>
  all<Stored>(db, "SELECT * FROM release WHERE deploymentId = ? ORDER BY id", deploymentId).map(row);

type ReleaseChange = Partial<
  Pick<ReleaseRow, "image" | "imageId" | "port" | "state" | "pinnedAt" | "endedAt">
> & { commit?: Commit | null };

export function updateRelease(db: Db, id: string, change: ReleaseChange): number {
  const { commit, ...rest } = change;
  return update(db, "release", id, { ...rest, ...(commit === undefined ? {} : { commit: json(commit) }) });
}

export const deleteRelease = (db: Db, id: string) => run(db, "DELETE FROM release WHERE id = ?", id);
