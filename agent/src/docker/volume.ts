import { lstat, opendir } from "node:fs/promises";
import { ask, statusOf, type Docker } from "./client.ts";
import type { VolumeMount } from "./container.ts";

/** Those of them that hold something. One that cannot be looked into counts as such; that Docker does not answer is thrown. */
export async function filledVolumes(docker: Docker, volumes: readonly VolumeMount[]): Promise<VolumeMount[]> {
  const empty = await Promise.all(volumes.map(async ({ name }) => name !== "" && (await isEmpty(docker, name))));
  return volumes.filter((_, at) => !empty[at]);
}

async function isEmpty(docker: Docker, name: string): Promise<boolean> {
  const folder = await folderOf(docker, name);
  return folder !== null && hasNothing(folder).catch(() => false);
}

/** Where Docker itself keeps it; null where it is not a plain folder of this machine. */
export async function folderOf(docker: Docker, name: string): Promise<string | null> {
  try {
    const { Driver, Options, Mountpoint } = await ask(() => docker.getVolume(name).inspect());
    // With options it may be a file system of elsewhere that is mounted only while it is used.
    return Driver === "local" && Object.keys(Options ?? {}).length === 0 ? Mountpoint : null;
  } catch (error) {
    if (statusOf(error) === null) throw error;
    return null;
  }
}

async function hasNothing(folder: string): Promise<boolean> {
  // A link would lead to what is not this volume.
  if (!(await lstat(folder)).isDirectory()) return false;
  await using entries = await opendir(folder);
  return (await entries.read()) === null;
}
