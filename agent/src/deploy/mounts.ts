import { lstat } from "node:fs/promises";
import { fail } from "../../contract/problem.ts";
import { filesOf } from "../effects/index.ts";
import { hasEnded, listContainers, type MountedVolume } from "../docker/container.ts";
import { makeVolume, volumeFolder, volumeNameOf } from "../docker/own-volume.ts";
import { findVolume, updateVolume, type Mount, type ReleaseRow, type ServiceRow } from "../store/index.ts";
import type { DeployDeps } from "./deps.ts";

const { mkdir } = filesOf("volume");

type Mounting = Pick<ReleaseRow, "mounts">;

/** As its containers are given them. */
export const mountedIn = ({ instanceId }: Pick<DeployDeps, "instanceId">, { mounts }: Mounting): MountedVolume[] =>
  mounts.map(({ volumeId, path }) => ({ name: volumeNameOf(instanceId, volumeId), path }));

/** Docker's volumes of a release are there. One that was made and is not there is never made again: that would be an empty one in its place. */
export async function ensureVolumes(deps: DeployDeps, service: ServiceRow, { mounts }: Mounting): Promise<void> {
  for (const mount of mounts) await ensureVolume(deps, service, mount);
}

async function ensureVolume({ db, docker, instanceId }: DeployDeps, { name, projectId, environmentId }: ServiceRow, { volumeId }: Mount): Promise<void> {
  const volume = findVolume(db, volumeId);
  const folder = await volumeFolder(docker, volumeNameOf(instanceId, volumeId));
  if (volume === undefined || (folder === null && volume.madeAt !== null)) {
    throw fail("VOLUME_MISSING", { volume: volume?.name ?? volumeId, service: name, docker: volumeNameOf(instanceId, volumeId) });
  }
  if (folder === null) await makeVolume(docker, { instance: instanceId, project: projectId, environment: environmentId, volume: volumeId });
  if (volume.madeAt === null) updateVolume(db, volumeId, { madeAt: Date.now(), fresh: 1 });
  // A life that ended between two folders in its place (adopt.ts) left none.
  else if (volume.fresh === 1 && folder !== null && (await isMissing(folder))) await mkdir(folder, { mode: 0o755 });
}

/** One that this agent may not look at is Docker's own to know. */
const isMissing = (folder: string): Promise<boolean> => lstat(folder).then(() => false, ({ code }: NodeJS.ErrnoException) => code === "ENOENT");

/** Nothing of ours but this container runs on any volume of the release, by Docker's word. */
export async function isAlone(deps: Pick<DeployDeps, "docker" | "instanceId">, release: Mounting, containerId: string): Promise<boolean> {
  return (await besides(deps, release, containerId)) === null;
}

/** Never two processes on one volume: asked right before one is begun. */
export async function refuseSecond(deps: DeployDeps, service: ServiceRow, release: Mounting, containerId: string): Promise<void> {
  const other = await besides(deps, release, containerId);
  if (other !== null) throw fail("VOLUME_IN_USE", { volume: findVolume(deps.db, other)?.name ?? other, service: service.name });
}

/** The id of a volume that another one runs on. */
async function besides({ docker, instanceId }: Pick<DeployDeps, "docker" | "instanceId">, { mounts }: Mounting, containerId: string): Promise<string | null> {
  if (mounts.length === 0) return null;
  const running = (await listContainers(docker, instanceId)).filter((one) => one.id !== containerId && !hasEnded(one));
  const names = new Set(running.flatMap(({ mounted }) => mounted.map(({ name }) => name)));
  return mounts.find(({ volumeId }) => names.has(volumeNameOf(instanceId, volumeId)))?.volumeId ?? null;
}

/** Of the paths that an image declares as volumes those where none of ours is mounted. */
export const unkept = (declared: readonly string[], { mounts }: Mounting): string[] => declared.filter((path) => !mounts.some((mount) => mount.path === (path.replace(/\/+$/, "") || "/")));
