import * as z from "zod";
import { names } from "../../contract/index.ts";
import { fail } from "../../contract/problem.ts";
import { listContainers } from "../docker/container.ts";
import { filledVolumes } from "../docker/volume.ts";
import { runs } from "../shapes/index.ts";
import type { ServiceRow } from "../store/index.ts";
import type { DeployDeps } from "./deps.ts";

/** Part of the input of every job that takes containers away: paths whose data may go with them. */
export const discardInput = { discard: z.array(names.volumePath).default([]) };
const input = z.object(discardInput);

export const discardOf = (given: unknown): string[] => input.safeParse(given).data?.discard ?? [];

type Docker = Pick<DeployDeps, "docker" | "instanceId">;

/** A person does not wait longer for an engine that may be silent. */
const SOON_MS = 500;

/** Where containers of the service keep data in volumes of their image; an empty one has nothing to lose. */
async function dataPaths({ docker, instanceId }: Docker, service: ServiceRow, taking: readonly string[] = []): Promise<string[]> {
  const containers = (await listContainers(docker, instanceId, service.id)).filter(({ owner }) => !owner.once);
  const filled = await filledVolumes(docker, containers.flatMap(({ volumes }) => volumes));
  const byPath = Map.groupBy(filled, ({ path }) => path);
  // What one container has there goes into a volume of ours; which of several is the service's nobody knows.
  return [...byPath].filter(([path, own]) => own.length > 1 || !taking.includes(path)).map(([path]) => path).sort();
}

/** The same for a call that somebody waits for; null: Docker does not answer soon, so it is not known. */
export function dataPathsSoon(deps: Docker, service: ServiceRow, taking?: readonly string[]): Promise<string[] | null> {
  const late = new Promise<null>((resolve) => setTimeout(resolve, SOON_MS, null).unref());
  return Promise.race([dataPaths(deps, service, taking).catch(() => null), late]);
}

/** A start of what is to run already changes nothing; every other act on containers takes those away that there are. */
export const takesContainers = (kind: string, { intent }: Pick<ServiceRow, "intent">): boolean => kind !== "start" || intent !== "running";

/**
 * Throws VOLUME_DATA_WOULD_GO where there is data in paths that the yes does not name; what is not known yet is the job's to
 * ask. `taking`: paths whose data is taken into volumes of ours.
 */
export async function refuseLossSoon(deps: Docker, service: ServiceRow, discard: readonly string[], taking?: readonly string[]): Promise<void> {
  refuse(service, (await dataPathsSoon(deps, service, taking)) ?? [], discard);
}

/** First of all that a job does which takes containers away: under its claim, and with an answer of Docker's. */
export async function refuseLoss(deps: Docker, service: ServiceRow, discard: readonly string[], taking?: readonly string[]): Promise<void> {
  if (!runs(service)) return;
  refuse(service, await dataPaths(deps, service, taking), discard);
}

function refuse(service: ServiceRow, paths: string[], discard: readonly string[]): void {
  const lost = paths.filter((path) => !discard.includes(path));
  if (lost.length > 0) throw fail("VOLUME_DATA_WOULD_GO", { service: service.name, paths: lost });
}
