import type { HostStatus } from "../../contract/index.ts";

export type Meters = Pick<HostStatus, "cores" | "cpuUsed" | "memoryTotal" | "memoryUsed" | "diskTotal" | "diskFree">;

/** Cores used since the last call; the first call measures over a moment. */
export async function readMeters(_dataDir: string): Promise<Meters> {
  throw new Error("not yet");
}

/** Versions of what the agent drives; a missing one is a problem, not an exception. Docker's own comes from the docker room. */
export async function toolVersions(_o: { caddy: string; buildx: string }): Promise<HostStatus["tools"]> {
  throw new Error("not yet");
}
