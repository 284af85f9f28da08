import * as z from "zod";
import { names } from "../../contract/index.ts";
import { fail } from "../../contract/problem.ts";
import { listContainers } from "../docker/container.ts";
import type { ServiceRow } from "../store/index.ts";
import type { DeployDeps } from "./deps.ts";

/** Part of the input of every job that takes containers away: paths whose data may go with them. */
export const discardInput = { discard: z.array(names.volumePath).default([]) };
const input = z.object(discardInput);

export const discardOf = (given: unknown): string[] => input.safeParse(given).data?.discard ?? [];

/** Docker may be silent: what is not known then is kept anyway. */
const ASK_MS = 800;

/** Where containers of the service keep data in volumes of their image; none where Docker does not answer soon. */
export async function dataPaths({ docker, instanceId }: Pick<DeployDeps, "docker" | "instanceId">, service: ServiceRow): Promise<string[]> {
  const late = new Promise<null>((resolve) => setTimeout(resolve, ASK_MS, null).unref());
  const containers = await Promise.race([listContainers(docker, instanceId, service.id).catch(() => null), late]);
  return [...new Set((containers ?? []).flatMap(({ volumes }) => volumes.map(({ path }) => path)))].sort();
}

/** Throws VOLUME_DATA_WOULD_GO where there is data in paths that the yes does not name. */
export async function refuseLoss(deps: Pick<DeployDeps, "docker" | "instanceId">, service: ServiceRow, discard: readonly string[]): Promise<void> {
  const lost = (await dataPaths(deps, service)).filter((path) => !discard.includes(path));
  if (lost.length > 0) throw fail("VOLUME_DATA_WOULD_GO", { service: service.name, paths: lost.join(", ") });
}
