import { v7 as uuid } from "uuid";
import { fail, MOST_VOLUMES } from "../../contract/index.ts";
import { traitsOf } from "../shapes/index.ts";
import { createVolume, findService, findVolume, findVolumeByName, mountingServices, updateVolume, volumesOfService, type Db, type ServiceRow, type StagedRow, type VolumeRow } from "../store/index.ts";
import type { Aspect } from "./aspect.ts";
import { readMountRow, type MountRow } from "./mount-row.ts";

const thereAt = (db: Db, serviceId: string, path: string): VolumeRow | undefined => volumesOfService(db, serviceId).find((volume) => volume.path === path);
const shownAs = ({ volumeId, name }: MountRow, volume: VolumeRow | undefined) => ({ volumeId, name, bytes: volume?.bytes ?? null });

export const volumeAspect: Aspect = {
  words: (path) => `The volume at ${path}`,
  isWanted(db, { scopeId, name: path, value }) {
    const there = thereAt(db, scopeId, path);
    if (value === null || there === undefined) return (value === null) === (there === undefined);
    const { volumeId } = readMountRow(value);
    return volumeId === null || volumeId === there.id;
  },
  apply(db, { scopeId }, rows, at) {
    const service = findService(db, scopeId);
    if (service === undefined) return;
    for (const { name: path } of rows.filter(({ value }) => value === null)) {
      const there = thereAt(db, scopeId, path);
      if (there !== undefined) updateVolume(db, there.id, { state: "trash", deletedAt: at });
    }
    const set = rows.filter(({ value }) => value !== null);
    for (const row of set) mount(db, service, row, at);
    if (set.length > 0) refuseTogether(db, service);
  },
  async shown({ db }, { value }) {
    if (value === null) return { act: "removed", kind: null, value: null };
    const row = readMountRow(value);
    return { act: "set", kind: null, value: shownAs(row, row.volumeId === null ? undefined : findVolume(db, row.volumeId)) };
  },
  async wanted({ db }, { scopeId, name: path }) {
    const there = thereAt(db, scopeId, path);
    return there === undefined ? null : { kind: null, value: shownAs({ volumeId: there.id, name: there.name }, there) };
  },
};

/** Paths at which these rows bring a service a new volume. */
export const newVolumePaths = (rows: readonly StagedRow[], serviceId: string): string[] =>
  rows.filter(({ scopeId, aspect, value }) => scopeId === serviceId && aspect === "volume" && value !== null && readMountRow(value).volumeId === null).map(({ name }) => name);

function mount(db: Db, service: ServiceRow, { name: path, value }: StagedRow, at: number): void {
  const { environmentId, id: serviceId, name: serviceName } = service;
  const { volumeId, name } = readMountRow(value!);
  if (thereAt(db, serviceId, path)?.id === volumeId && volumeId !== null) return;
  const trashed = volumeId === null ? null : mustBeInTrash(db, service, volumeId);
  if (findVolumeByName(db, environmentId, name) !== undefined) throw fail("NAME_TAKEN", { name, what: "volume of this environment" });
  if (trashed === null) createVolume(db, { id: uuid(), environmentId, serviceId, serviceName, name, path, createdAt: at });
  // What another service's image kept is that one's: what it holds since is not in here.
  else updateVolume(db, trashed.id, { state: "wanted", deletedAt: null, serviceId, serviceName, name, path, ...(trashed.serviceId === serviceId ? {} : { takenFrom: null }) });
}

/** One that somebody has had back, or that is gone for good, is not there any more; one that another service still runs on stays that one's. */
export function mustBeInTrash(db: Db, { id: serviceId, environmentId }: Pick<ServiceRow, "id" | "environmentId">, id: string): VolumeRow {
  const found = findVolume(db, id);
  if (found?.state !== "trash" || found.environmentId !== environmentId) throw fail("NOT_FOUND", { what: "volume in the trash", id });
  const other = mountingServices(db, id).find((service) => service.id !== serviceId);
  if (other !== undefined) throw fail("VOLUME_STILL_MOUNTED", { volume: found.name, service: other.name });
  return found;
}

function refuseTogether(db: Db, service: ServiceRow): void {
  const { word, volumes: can } = traitsOf(service);
  if (can !== true) throw fail("INVALID_INPUT", { field: "volumes", why: `a ${word.toLowerCase()} has no process that could use one` });
  const volumes = volumesOfService(db, service.id);
  if (volumes.length > MOST_VOLUMES) throw fail("VOLUMES_TOO_MANY", { service: service.name, count: MOST_VOLUMES });
  const paths = volumes.map(({ path }) => path);
  for (const [at, path] of paths.entries()) {
    const other = paths.find((one, index) => index !== at && (one === path || one.startsWith(`${path}/`)));
    if (other !== undefined) throw fail("VOLUME_PATHS_NEST", { path: other, other: path, service: service.name });
  }
}

/** What cannot be together, whichever of the two was changed: a volume is for one process. */
export function refuseSecondInstance(db: Db, serviceId: string, replicas = findService(db, serviceId)?.config.replicas ?? 1): void {
  const service = findService(db, serviceId);
  if (service === undefined || replicas <= 1 || volumesOfService(db, serviceId).length === 0) return;
  throw fail("VOLUME_ONE_INSTANCE", { service: service.name, count: replicas });
}
