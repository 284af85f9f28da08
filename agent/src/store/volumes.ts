import { readMounts } from "./read.ts";
import { all, insert, one, run, update, type Db } from "./sql.ts";

/**
 * wanted: no deployment has mounted it yet · mounted: a live release has, or had · trash: deleted, and can be had back ·
 * going: being removed for good, nobody has it back any more.
 */
export type VolumeState = "wanted" | "mounted" | "trash" | "going";

export type VolumeRow = {
  id: string;
  environmentId: string;
  /** Null: its service was deleted. */
  serviceId: string | null;
  serviceName: string;
  name: string;
  path: string;
  state: VolumeState;
  bytes: number | null;
  measuredAt: number | null;
  /** When Docker's volume was made; null: not yet. One that was made is never made again, since that would be an empty one. */
  madeAt: number | null;
  /** 1: what it holds was written by releases that never went live, or copied for one, so it may be made anew. */
  fresh: number;
  /** Docker's name of the volume of an image whose content it has. */
  takenFrom: string | null;
  createdAt: number;
  deletedAt: number | null;
};

/** What a release has mounted where. */
export type Mount = { volumeId: string; path: string };

export type NewVolume = Pick<VolumeRow, "id" | "environmentId" | "serviceId" | "serviceName" | "name" | "path" | "createdAt"> & Partial<VolumeRow>;

export const createVolume = (db: Db, volume: NewVolume) =>
  insert(db, "volume", { state: "wanted", bytes: null, measuredAt: null, madeAt: null, fresh: 0, takenFrom: null, deletedAt: null, ...volume });

export const findVolume = (db: Db, id: string): VolumeRow | undefined => one(db, "SELECT * FROM volume WHERE id = ?", id);
/** By age; those that are going are nobody's any more. */
export const volumesIn = (db: Db, environmentId: string): VolumeRow[] =>
  all(db, "SELECT * FROM volume WHERE environmentId = ? AND state <> 'going' ORDER BY id", environmentId);
/** Of a service those that it wants, by their path. */
export const volumesOfService = (db: Db, serviceId: string): VolumeRow[] =>
  all(db, "SELECT * FROM volume WHERE serviceId = ? AND state IN ('wanted', 'mounted') ORDER BY path", serviceId);
export const volumesInState = (db: Db, state: VolumeState): VolumeRow[] => all(db, "SELECT * FROM volume WHERE state = ? ORDER BY id", state);
/** All of an environment, whatever became of them. */
export const everyVolumeIn = (db: Db, environmentId: string): VolumeRow[] => all(db, "SELECT * FROM volume WHERE environmentId = ? ORDER BY id", environmentId);
/** Of those that are not in the trash. */
export const findVolumeByName = (db: Db, environmentId: string, name: string): VolumeRow | undefined =>
  one(db, "SELECT * FROM volume WHERE environmentId = ? AND name = ? AND state IN ('wanted', 'mounted')", environmentId, name);

type VolumeChange = Partial<Omit<VolumeRow, "id" | "environmentId" | "createdAt">>;
export const updateVolume = (db: Db, id: string, change: VolumeChange) => update(db, "volume", id, change);
export const deleteVolume = (db: Db, id: string) => run(db, "DELETE FROM volume WHERE id = ?", id);

/** Of a service that goes: what it had lies in the trash, and is nobody's, under the name that it had last. Answers of how many. */
export function trashVolumesOf(db: Db, serviceId: string, at: number): number {
  run(db, "UPDATE volume SET state = 'trash', deletedAt = ? WHERE serviceId = ? AND state IN ('wanted', 'mounted')", at, serviceId);
  return run(db, "UPDATE volume SET serviceName = coalesce((SELECT name FROM service WHERE id = volume.serviceId), serviceName), serviceId = NULL WHERE serviceId = ?", serviceId);
}

/** A release that has them is live. */
export const markMounted = (db: Db, mounts: readonly Mount[]): void => {
  for (const { volumeId } of mounts) run(db, "UPDATE volume SET state = CASE state WHEN 'wanted' THEN 'mounted' ELSE state END, fresh = 0 WHERE id = ?", volumeId);
};

/** What was live has them no more: of those that were put into the trash before, as by a Deploy that failed, the days begin now. */
export const markLeft = (db: Db, mounts: readonly Mount[], at: number): void => {
  for (const { volumeId } of mounts) run(db, "UPDATE volume SET deletedAt = ? WHERE id = ? AND state = 'trash'", at, volumeId);
};

/** What the next release of a service has mounted. */
export const mountsWanted = (db: Db, serviceId: string): Mount[] => volumesOfService(db, serviceId).map(({ id, path }) => ({ volumeId: id, path }));

/** Whether what Docker keeps under this name is in a volume of ours that went live. */
export const isTaken = (db: Db, name: string): boolean => one(db, "SELECT 1 FROM volume WHERE takenFrom = ? AND fresh = 0 AND state <> 'going'", name) !== undefined;

/** Services whose live release, one on its way or one that ends has it mounted. */
export const mountingServices = (db: Db, id: string): { id: string; name: string }[] =>
  all<{ id: string; name: string; mounts: string; releaseId: string }>(
    db,
    `SELECT service.id, service.name, release.mounts, release.id AS releaseId FROM release JOIN service ON service.id = release.serviceId
      WHERE release.state IN ('live', 'preparing', 'retiring') AND instr(release.mounts, ?) > 0 GROUP BY service.id ORDER BY service.id`,
    id,
  )
    // What cannot be read and names it may have it.
    .filter(({ mounts, releaseId }) => readMounts(mounts, releaseId)?.some(({ volumeId }) => volumeId === id) ?? true)
    .map(({ id: serviceId, name }) => ({ id: serviceId, name }));

/** Those that are on the disk and were not measured since then, the longest ago first. */
export const nextToMeasure = (db: Db, before: number): VolumeRow[] =>
  all(db, "SELECT * FROM volume WHERE state IN ('mounted', 'trash') AND (measuredAt IS NULL OR measuredAt < ?) ORDER BY measuredAt, id LIMIT 100", before);
