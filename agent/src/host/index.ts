export { readMeters, type Meters } from "./meters.ts";
export { toolVersions } from "./tools.ts";
export { diskFull, diskRoom, freeSpace, refuseFull } from "./disk.ts";
