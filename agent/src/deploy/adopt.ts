import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fail } from "../../contract/problem.ts";
import { filesOf } from "../effects/index.ts";
import { listContainers, type VolumeMount } from "../docker/container.ts";
import { diskFull, isDiskFull } from "../docker/failures.ts";
import { short } from "../docker/names.ts";
import { volumeNameOf } from "../docker/own-volume.ts";
import { filledVolumes, folderOf } from "../docker/volume.ts";
import type { JobContext } from "../jobs/index.ts";
import { run } from "../sandbox/index.ts";
import { findVolume, updateVolume, volumesOfService, type Db, type VolumeRow } from "../store/index.ts";
import type { DeployDeps } from "./deps.ts";
import type { Plan } from "./plan.ts";

const { mkdir, rename, rm } = filesOf("volume");

/** Added to the time that a release is given: many gigabytes may have to be copied. */
export const ADOPT_SECONDS = 3600;
const COPYING = "adopting-";
const REPLACED = "replaced-";

/** Nothing that ever was live has written into it: it may be made anew, also where a Deploy that waits has put it into the trash meanwhile. */
const isFresh = ({ madeAt, fresh }: VolumeRow): boolean => madeAt === null || fresh === 1;

/** Paths at which the next release of a service has a volume that takes in what the image's own volume there holds. */
export const takingPaths = (db: Db, serviceId: string): string[] => volumesOfService(db, serviceId).filter(isFresh).map(({ path }) => path);

/**
 * What the image's own volumes hold is copied into ours, where those are mounted there for the first time. Whoever writes into
 * it has ended, by Docker's word. Until the commit it is the old volume that counts: a deploy that is undone leaves that as it
 * was, and the next one begins anew, from what it holds by then.
 */
export async function adopt(deps: DeployDeps, context: JobContext, { service, release }: Plan, signal: AbortSignal): Promise<void> {
  const taking = release.mounts.flatMap(({ volumeId }) => findVolume(deps.db, volumeId) ?? []).filter(isFresh);
  if (taking.length === 0) return;
  // What a command that is run once has there is its own (run-once/), and none of the service's.
  const others = (await listContainers(deps.docker, deps.instanceId, service.id)).filter(({ owner }) => owner.job !== context.job.id && !owner.once);
  for (const volume of taking) {
    const filled = await filledVolumes(deps.docker, others.flatMap(({ volumes }) => volumes).filter(({ path }) => path === volume.path));
    signal.throwIfAborted();
    // Of several instances each has its own: which of them is the service's is not for us to say (discard.ts).
    if (filled.length === 1) await take(deps, context, { service: service.name, volume, from: filled[0]! }, signal);
    else await removeLeftOf(deps, volume);
  }
}

type Taking = { service: string; volume: VolumeRow; from: VolumeMount };

/** Beside the folder that is mounted, which it then takes the place of: what a crash leaves is no part of any volume. */
async function take(deps: DeployDeps, context: JobContext, { service, volume, from }: Taking, signal: AbortSignal): Promise<void> {
  const [source, target] = await Promise.all([folderOf(deps.docker, from.name), folderOf(deps.docker, volumeNameOf(deps.instanceId, volume.id))]);
  if (source === null || target === null) throw fail("VOLUME_CONTENT_NOT_COPIED", { service, path: volume.path, why: "Docker does not keep it in a folder of this server" });
  const root = dirname(target);
  await removeLeft(root, basename(target)).catch((error: NodeJS.ErrnoException) => {
    throw fail("VOLUME_CONTENT_NOT_COPIED", { service, path: volume.path, why: `${error.code} in the folder of Docker, as without root` }, { cause: error });
  });
  context.detail(`Copying what ${volume.path} holds into the volume ${volume.name}`);
  const made = join(root, `${COPYING}${short(context.job.id)}`);
  await mkdir(made, { mode: 0o700 });
  await copy(deps, { service, volume, from }, source, made, signal).catch(async (error: unknown) => {
    await rm(made, { recursive: true, force: true }).catch(() => {});
    throw error;
  });
  const replaced = join(root, `${REPLACED}${short(context.job.id)}`);
  await rename(target, replaced);
  await rename(made, target);
  await sync(root, signal);
  await rm(replaced, { recursive: true, force: true });
  updateVolume(deps.db, volume.id, { takenFrom: from.name });
  context.log(`What ${volume.path} held is in the volume ${volume.name}`);
}

/** Names, owners, modes, times, links, holes and extended attributes; what cannot be kept is a failure. */
async function copy(deps: DeployDeps, { service, volume }: Taking, source: string, made: string, signal: AbortSignal): Promise<void> {
  const { code, stderr } = await run(["cp", "-dR", "--preserve=mode,ownership,timestamps,links,xattr", "--", `${source}/.`, made], { account: null, cwd: "/", env: { LC_ALL: "C" }, signal });
  signal.throwIfAborted();
  if (code === 0) return;
  if (isDiskFull(stderr)) throw await diskFull(deps.docker, stderr);
  throw fail("VOLUME_CONTENT_NOT_COPIED", { service, path: volume.path, why: stderr.trim().split("\n").at(-1)?.slice(0, 200) ?? "cp failed" }, { detail: stderr });
}

/** On the disk, not only on its way there. */
async function sync(folder: string, signal: AbortSignal): Promise<void> {
  const { code, stderr } = await run(["sync", "-f", "--", folder], { account: null, cwd: "/", env: { LC_ALL: "C" }, signal });
  if (code !== 0) throw new Error(`sync: ${stderr}`);
}

/** Where there is nothing to take any more, what an earlier try left would lie there as long as the volume. */
async function removeLeftOf({ docker, instanceId }: DeployDeps, { id }: VolumeRow): Promise<void> {
  const folder = await folderOf(docker, volumeNameOf(instanceId, id)).catch(() => null);
  // One that this agent may not look at has nothing of it.
  if (folder !== null) await removeLeft(dirname(folder), basename(folder)).catch(() => {});
}

/** Of a life that ended while it copied. */
async function removeLeft(root: string, mounted: string): Promise<void> {
  const left = (await readdir(root)).filter((name) => name !== mounted && (name.startsWith(COPYING) || name.startsWith(REPLACED)));
  for (const name of left) await rm(join(root, name), { recursive: true, force: true });
}
