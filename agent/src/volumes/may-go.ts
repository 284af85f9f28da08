import { fail, type Failure } from "../../contract/index.ts";
import { findService, findVolume, listStaged, mountingServices, type Db } from "../store/index.ts";
import { readMountRow } from "../staged/mount-row.ts";

/** Null: nobody uses what lies in the trash, and nobody is about to have it back. */
export function mayGo(db: Db, id: string): Failure | null {
  const volume = findVolume(db, id);
  if (volume?.state !== "trash") return fail("NOT_FOUND", { what: "volume in the trash", id });
  const mounting = mountingServices(db, id)[0];
  if (mounting !== undefined) return fail("VOLUME_STILL_MOUNTED", { volume: volume.name, service: mounting.name });
  const returning = listStaged(db, volume.environmentId).find(({ aspect, value }) => aspect === "volume" && value !== null && readMountRow(value).volumeId === id);
  if (returning === undefined) return null;
  return fail("VOLUME_RETURNS", { volume: volume.name, service: findService(db, returning.scopeId)?.name ?? "a service" });
}
