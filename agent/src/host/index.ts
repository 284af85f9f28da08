export { readMeters, type Meters } from "./meters.ts";
export { toolVersions } from "./tools.ts";
