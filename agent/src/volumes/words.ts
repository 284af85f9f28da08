import { size, TRASH_DAYS } from "../../contract/index.ts";
import { volumesIn, volumesOfService, type Db, type VolumeRow } from "../store/index.ts";

const withSize = ({ name, bytes }: VolumeRow): string => (bytes === null ? name : `${name}, ${size(bytes)}`);

/** Of the deletion of a service, one line each. */
export const trashWords = (db: Db, serviceId: string): string[] => volumesOfService(db, serviceId).map((volume) => `Its volume at ${volume.path} (${withSize(volume)}), to the trash for ${TRASH_DAYS} days`);

/** Of the deletion of an environment, what lies in its trash among it. */
export const volumesGoWords = (db: Db, environmentId: string): string[] => volumesIn(db, environmentId).map((volume) => `The volume of ${volume.serviceName} at ${volume.path} (${withSize(volume)}), for good`);
