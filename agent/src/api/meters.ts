import { describe, toProblem, type HostStatus, type Problem } from "../../contract/index.ts";
import type { Core } from "../core.ts";
import { ask, type Docker } from "../docker/client.ts";
import { readMeters, toolVersions } from "../host/index.ts";
import type { Meters } from "./needs.ts";

const LOW_DISK = 256 * 1024 ** 2;

/** Meters and tools of the server as one answer; a tool that is missing is told, never thrown. */
export function createMeters({ config, paths }: Core, docker: Docker): Meters {
  return {
    async status(): Promise<HostStatus> {
      const [meters, tools, engine] = await Promise.all([
        readMeters(paths.dataDir),
        toolVersions({ caddy: config.caddy, buildx: config.buildx }),
        dockerVersion(docker),
      ]);
      const problems: Problem[] = [];
      if (meters.diskFree < LOW_DISK) {
        problems.push(describe("DISK_FULL", { path: paths.dataDir, free: `${Math.floor(meters.diskFree / 1024 ** 2)} MiB` }));
      }
      return { ...meters, tools: [engine, ...tools.filter(({ name }) => name !== "docker")], problems };
    },
  };
}

async function dockerVersion(docker: Docker): Promise<HostStatus["tools"][number]> {
  try {
    const { Version } = await ask(() => docker.version());
    return { name: "docker", version: Version, problem: null };
  } catch (error) {
    return { name: "docker", version: null, problem: toProblem(error) };
  }
}
