import { setTimeout as sleep } from "node:timers/promises";
import { listContainers, removeContainer } from "../docker/container.ts";
import type { Owner } from "../docker/names.ts";
import type { JobContext } from "../jobs/index.ts";
import { archiveOutput } from "../runtime/archive.ts";
import type { ServiceRow } from "../store/index.ts";
import type { DeployDeps } from "./deps.ts";
import { endContainers } from "./retire.ts";

/**
 * With a grace when they had the route, and then the data stays that they were given in that moment; at once when nobody
 * was sent to them, and what never served has no data that anybody would miss.
 */
export async function removeContainers(
  deps: DeployDeps,
  service: ServiceRow,
  isOne: (owner: Owner) => boolean,
  graceSeconds: number | null,
  words: Pick<JobContext, "log" | "warn">,
): Promise<void> {
  const found = (await listContainers(deps.docker, deps.instanceId)).filter(({ owner }) => isOne(owner));
  if (graceSeconds !== null) {
    if (found.length > 0) await sleep(graceSeconds * 1000);
    return endContainers(deps, service, found, graceSeconds, words);
  }
  for (const { id } of found) {
    await archiveOutput(deps, service.id, id);
    await removeContainer(deps.docker, id, { withVolumes: true });
  }
}
