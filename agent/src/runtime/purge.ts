import type { DeployDeps } from "../deploy/deps.ts";
import { listContainers, removeContainer } from "../docker/container.ts";
import { tagsUnder, untagImage } from "../docker/image.ts";
import { short } from "../docker/names.ts";
import { imageId } from "../docker/pull.ts";
import { listPulledImages } from "../store/index.ts";
import { listNetworks, removeNetwork } from "../docker/network.ts";

/** Removes every container, image, network and table of this instance, whatever its store says. */
export async function purgeDocker({ db, docker, instanceId, names }: DeployDeps): Promise<void> {
  await Promise.all((await listContainers(docker, instanceId)).map(({ id }) => removeContainer(docker, id, { withVolumes: true })));
  for (const { name } of await listNetworks(docker, instanceId)) await removeNetwork(docker, name);
  for (const tag of await tagsUnder(docker, `aeroplane-${short(instanceId)}/`)) await untagImage(docker, tag);
  for (const { reference, imageId: known } of listPulledImages(db)) if (known === (await imageId(docker, reference))) await untagImage(docker, reference);
  await names.removeTable();
}
