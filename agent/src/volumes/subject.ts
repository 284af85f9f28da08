import { environmentsOf, findEnvironment, findProject, type Db, type NewJob, type VolumeRow } from "../store/index.ts";

type OfVolume = Pick<VolumeRow, "environmentId" | "serviceId">;

export const placeOfVolume = (db: Db, { environmentId, serviceId }: OfVolume) => ({ projectId: findEnvironment(db, environmentId)!.projectId, environmentId, serviceId });

/** What a job on one volume is about: "shop / web-data"; where its project has several environments, "shop / staging / web-data". */
export function aboutVolume(db: Db, volume: OfVolume & Pick<VolumeRow, "name">): Pick<NewJob, "subject" | "projectId" | "environmentId" | "serviceId"> {
  const { projectId, name: environment } = findEnvironment(db, volume.environmentId)!;
  const place = [findProject(db, projectId)!.name, ...(environmentsOf(db, projectId).length > 1 ? [environment] : [])];
  return { subject: [...place, volume.name].join(" / "), ...placeOfVolume(db, volume) };
}
