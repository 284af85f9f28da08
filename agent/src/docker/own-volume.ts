import { fail } from "../../contract/problem.ts";
import { ask, askGone, statusOf, type Docker } from "./client.ts";
import { LABEL, labels, objectName, ownerOf, type Owner } from "./names.ts";

/** Docker's name of a volume of ours follows from its id, so that it is found whatever became of its row. */
export const volumeNameOf = (instanceId: string, id: string): string => objectName(instanceId, "volume", id);
export const isOwnVolume = (instanceId: string, name: string): boolean => name.startsWith(objectName(instanceId, "volume", ""));

/** One that is there already stays as it is, with all that it holds. */
export async function makeVolume(docker: Docker, owner: Owner & Required<Pick<Owner, "volume">>): Promise<void> {
  await ask(() => docker.createVolume({ Name: volumeNameOf(owner.instance, owner.volume), Driver: "local", Labels: labels(owner) }));
}

/** Where Docker keeps what it holds; null: there is no such volume. */
export async function volumeFolder(docker: Docker, name: string): Promise<string | null> {
  try {
    return (await ask(() => docker.getVolume(name).inspect())).Mountpoint;
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

/** Where Docker itself keeps a volume of ours, a plain folder of this server; else VOLUME_NOT_HERE. */
export async function volumeFolderOf(docker: Docker, instanceId: string, { id, name: volume }: { id: string; name: string }): Promise<string> {
  const away = (why: string) => fail("VOLUME_NOT_HERE", { volume, why });
  const found = await ask(() => docker.getVolume(volumeNameOf(instanceId, id)).inspect()).catch((error: unknown) => {
    throw statusOf(error) === 404 ? away("there is nothing of it on this server") : error;
  });
  const owner = ownerOf(found.Labels ?? {});
  if (owner?.instance !== instanceId || owner.volume !== id) throw away("what Docker has under its name is not Aeroplane's");
  // With options it may be a file system of elsewhere that is mounted only while it is used.
  if (found.Driver !== "local" || Object.keys(found.Options ?? {}).length > 0) throw away("it is no folder of this server");
  return found.Mountpoint;
}

/** Names of containers that run and have it mounted, whoever made them. */
export async function runningOn(docker: Docker, instanceId: string, id: string): Promise<string[]> {
  const found = await ask(() => docker.listContainers({ filters: { volume: [volumeNameOf(instanceId, id)], status: ["running", "paused", "restarting"] } }));
  return found.map(({ Id, Names }) => Names[0]?.replace(/^\//, "") ?? Id);
}

/** Only one that bears our label; Docker itself refuses while a container has it. One that is gone is done. */
export async function removeVolume(docker: Docker, instanceId: string, id: string): Promise<void> {
  const name = volumeNameOf(instanceId, id);
  const owner = await ask(() => docker.getVolume(name).inspect()).then(
    ({ Labels }) => ownerOf(Labels ?? {}),
    (error: unknown) => {
      if (statusOf(error) === 404) return null;
      throw error;
    },
  );
  if (owner?.instance === instanceId && owner.volume === id) await askGone(() => docker.getVolume(name).remove());
}

/** Ids of all volumes that bear the label of this instance. */
export async function listOwnVolumes(docker: Docker, instanceId: string): Promise<string[]> {
  const { Volumes } = await ask(() => docker.listVolumes({ filters: { label: [`${LABEL}.instance=${instanceId}`] } }));
  return (Volumes ?? []).flatMap(({ Labels }) => ownerOf(Labels)?.volume ?? []);
}
