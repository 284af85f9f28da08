import { setTimeout as sleep } from "node:timers/promises";
import { describe, size, toProblem, type HostStatus, type Problem } from "../../contract/index.ts";
import type { Core } from "../core.ts";
import type { Docker } from "../docker/client.ts";
import { engineVersion } from "../docker/engine.ts";
import { silent } from "../docker/pulse.ts";
import { readMeters, toolVersions } from "../host/index.ts";
import type { Meters } from "./needs.ts";

const LOW_DISK = 256 * 1024 ** 2;
/** Docker answers within milliseconds, or is told as what is known of it. */
const WAIT_MS = 500;

/** Meters and tools of the server as one answer; a tool that is missing is told, never thrown. */
export function createMeters({ config, paths }: Core, docker: Docker): Meters {
  let version: string | null = null;

  async function engine(): Promise<HostStatus["tools"][number]> {
    const asked = engineVersion(docker).then(
      (told) => ({ name: "docker" as const, version: (version = told), problem: null }),
      (error: unknown) => ({ name: "docker" as const, version: null, problem: toProblem(error), silentSince: docker.pulse.silentSince() ?? undefined }),
    );
    return (await Promise.race([asked, sleep(WAIT_MS, null, { ref: false })])) ?? known();
  }
  /** From what it said last: a page that shows the server never waits for an engine that hangs. */
  function known(): HostStatus["tools"][number] {
    const since = docker.pulse.owesSince() ?? Date.now() - WAIT_MS;
    return { name: "docker", version, problem: silent({ words: "tell its version" }, (Date.now() - since) / 1000).problem, silentSince: since };
  }

  return {
    async status(): Promise<HostStatus> {
      const [meters, tools, docker] = await Promise.all([
        readMeters(paths.dataDir),
        toolVersions({ caddy: config.caddy, buildx: config.buildx }),
        engine(),
      ]);
      const problems: Problem[] = [];
      if (meters.diskFree < LOW_DISK) {
        problems.push(describe("DISK_FULL", { path: paths.dataDir, free: size(meters.diskFree) }));
      }
      return { ...meters, tools: [docker, ...tools.filter(({ name }) => name !== "docker")], problems };
    },
  };
}

