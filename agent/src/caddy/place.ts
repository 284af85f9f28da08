import { join } from "node:path";

export type ConfigPlace = { dataDir: string; httpAddress: string; httpPort: number };

/** Set by Caddy on every answer of a release, over whatever the app itself says under that name. */
export const RELEASE_HEADER = "X-Aeroplane-Release";
/** Only on the private server: the target that answered. */
export const ANSWERED_HEADER = "X-Aeroplane-Answered-By";

export const adminSocket = (dataDir: string) => join(dataDir, "caddy", "run", "admin.sock");
export const confirmSocket = (dataDir: string) => join(dataDir, "caddy", "run", "confirm.sock");
