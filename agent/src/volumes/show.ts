import { TRASH_DAYS, type Volume } from "../../contract/index.ts";
import { findService, type Db, type VolumeRow } from "../store/index.ts";

export const TRASH_MS = TRASH_DAYS * 24 * 3600 * 1000;

/** As the contract shows it; its service may have been renamed since. */
export function showVolume(db: Db, { id, environmentId, serviceId, serviceName, name, path, state, bytes, measuredAt, createdAt, deletedAt }: VolumeRow): Volume {
  const called = (serviceId === null ? undefined : findService(db, serviceId))?.name ?? serviceName;
  return { id, environmentId, serviceId, serviceName: called, name, path, state, bytes, measuredAt, createdAt, deletedAt, goesAt: deletedAt === null ? null : deletedAt + TRASH_MS };
}
