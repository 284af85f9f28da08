import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuid } from "uuid";
import { afterAll } from "vitest";
import { openDocker } from "../docker/client.ts";
import { listContainers, removeContainer } from "../docker/container.ts";
import { labels } from "../docker/names.ts";
import { imageId } from "../docker/pull.ts";
import type { LogsDeps } from "./logs.ts";

const IMAGE = "node:24-slim";
export const docker = openDocker("/var/run/docker.sock");
export const usable = (await imageId(docker, IMAGE).catch(() => null)) !== null;

/** Containers of an instance of their own, for tests that read what they say; all of it goes with the file's end. */
export function createSpeakers() {
  const instanceId = uuid();
  const folder = mkdtempSync(join(tmpdir(), "speakers-"));
  afterAll(async () => {
    if (usable) for (const { id } of await listContainers(docker, instanceId)) await removeContainer(docker, id);
    await rm(folder, { recursive: true });
  });
  const deps = {
    docker,
    instanceId,
    paths: { logsOf: (id: string) => join(folder, id), logCopies: join(folder, "copies") },
    note: () => {},
    nextEvent: () => new Promise((resolve) => setTimeout(resolve, 100)),
  } as unknown as LogsDeps;

  /** Runs that code; Docker keeps 3 MB of what it says. */
  async function speaker(service: string, release: string, code: string): Promise<string> {
    const made = await docker.createContainer({
      Image: IMAGE,
      Cmd: ["node", "-e", code],
      Labels: labels({ instance: instanceId, service, release }),
      HostConfig: { Init: true, NetworkMode: "none", LogConfig: { Type: "json-file", Config: { "max-size": "1m", "max-file": "3" } } },
    });
    await made.start();
    return made.id;
  }
  return { deps, speaker };
}
