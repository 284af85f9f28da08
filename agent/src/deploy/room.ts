import { statfs } from "node:fs/promises";
import { fail, size } from "../../contract/index.ts";
import { engineDir } from "../docker/engine.ts";
import { imageSpace } from "../docker/space.ts";
import { releasesOfService, type Db, type ServiceRow } from "../store/index.ts";
import type { DeployDeps } from "./deps.ts";

/** What is free beyond this holds whatever a release adds: nothing is looked at then. */
const PLENTY_BYTES = 8 * 1024 ** 3;
/** A base image alone has thousands of files, and one that has room for none fails in the middle. */
const LEAST_INODES = 500;
const LOOK_MS = 10_000;

export type Room = { path: string; free: number; inodes: number | null };

/**
 * First of all that a deployment does: where Docker's disk has less left than the last release of the service added to
 * it by itself, it would fail in the middle, with a full disk. What cannot be told is no reason to refuse.
 */
export async function refuseUnfit({ db, docker }: Pick<DeployDeps, "db" | "docker">, service: ServiceRow, signal: AbortSignal): Promise<void> {
  const room = await roomOf(await engineDir(docker)).catch(() => null);
  if (room === null) return;
  const isWide = room.free >= PLENTY_BYTES;
  judgeRoom(service, room, isWide ? 0 : await lastAdded({ db, docker }, service, signal).catch(() => 0));
}

async function roomOf(path: string): Promise<Room> {
  const { bavail, bsize, files, ffree } = await statfs(path);
  // btrfs and others make inodes as they go.
  return { path, free: bavail * bsize, inodes: files === 0 ? null : ffree };
}

/** Bytes of its newest image that no other image holds. */
async function lastAdded({ db, docker }: { db: Db } & Pick<DeployDeps, "docker">, { id }: ServiceRow, signal: AbortSignal): Promise<number> {
  const last = releasesOfService(db, id).find(({ imageId, state }) => imageId !== null && state !== "failed");
  if (last === undefined) return 0;
  const found = (await imageSpace(docker, AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]))).find((image) => image.id === last.imageId);
  return found === undefined ? 0 : found.size - found.shared;
}

export function judgeRoom({ name }: Pick<ServiceRow, "name">, { path, free, inodes }: Room, needed: number): void {
  if (inodes !== null && inodes < LEAST_INODES) throw fail("DISK_WOULD_NOT_FIT", { service: name, path, free: `${inodes} inodes`, needed: `${LEAST_INODES} inodes` });
  if (free < needed) throw fail("DISK_WOULD_NOT_FIT", { service: name, path, free: size(free), needed: size(needed) });
}
