export { readMeters, type Meters } from "./meters.ts";
export { toolVersions } from "./tools.ts";
export { diskFull, freeSpace } from "./disk.ts";
