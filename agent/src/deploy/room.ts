import { isDeepStrictEqual } from "node:util";
import { fail, size } from "../../contract/index.ts";
import { engineDir } from "../docker/engine.ts";
import { imageSpace, type ImageSpace } from "../docker/space.ts";
import { diskRoom } from "../host/index.ts";
import { sourceOf } from "../sources/index.ts";
import { releasesOfService, type Db, type ServiceRow } from "../store/index.ts";
import type { DeployDeps } from "./deps.ts";

/** What is free beyond this holds whatever a release adds: nothing is looked at then. */
const PLENTY_BYTES = 8 * 1024 ** 3;
/** A base image alone has thousands of files, and one that has room for none fails in the middle. */
const LEAST_INODES = 500;
const LOOK_MS = 10_000;

export type Room = { path: string; free: number; inodes: number | null };

/**
 * First of all that a deployment does: where Docker's disk has less left than the least that a release of the service
 * holds by itself, it would fail in the middle, with a full disk. What cannot be told is no reason to refuse.
 */
export async function refuseUnfit({ db, docker }: Pick<DeployDeps, "db" | "docker">, service: ServiceRow, signal: AbortSignal): Promise<void> {
  const room = await roomOf(await engineDir(docker)).catch(() => null);
  if (room === null) return;
  const isWide = room.free >= PLENTY_BYTES;
  judgeRoom(service, room, isWide ? 0 : await leastAdded({ db, docker }, service, signal).catch(() => 0));
}

async function roomOf(path: string): Promise<Room> {
  const { free, inodes } = await diskRoom(path);
  return { path, free, inodes: inodes && inodes.free };
}

/**
 * The least that an image of the service holds alone. Of one image alone it cannot be told what the next one shares with it,
 * as its base and whatever is cached; and a reference that stays may mean what is here already.
 */
async function leastAdded({ db, docker }: { db: Db } & Pick<DeployDeps, "docker">, { id, config }: ServiceRow, signal: AbortSignal): Promise<number> {
  const kept = releasesOfService(db, id).filter(({ imageId, state }) => imageId !== null && state !== "failed");
  const isHere = sourceOf(config.source)?.traits.builds === false && isDeepStrictEqual(config.source, kept[0]?.config.source);
  const images = new Set(kept.map(({ imageId }) => imageId));
  if (isHere || images.size < 2) return 0;
  const found = await imageSpace(docker, AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]));
  return leastAlone(found.filter((image) => images.has(image.id)));
}

export const leastAlone = (images: readonly Pick<ImageSpace, "size" | "shared">[]): number =>
  images.length < 2 ? 0 : Math.min(...images.map(({ size: all, shared }) => all - shared));

export function judgeRoom({ name }: Pick<ServiceRow, "name">, { path, free, inodes }: Room, needed: number): void {
  if (inodes !== null && inodes < LEAST_INODES) throw fail("DISK_WOULD_NOT_FIT", { service: name, path, free: `${inodes} inodes`, needed: `${LEAST_INODES} inodes` });
  if (free < needed) throw fail("DISK_WOULD_NOT_FIT", { service: name, path, free: size(free), needed: size(needed) });
}
