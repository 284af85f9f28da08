import type { DeployDeps } from "../deploy/deps.ts";
import { listContainers, removeContainer } from "../docker/container.ts";
import { tagsUnder, untagImage } from "../docker/image.ts";
import { short } from "../docker/names.ts";
import { listNetworks, removeNetwork } from "../docker/network.ts";

/** Removes every container, image, network and table of this instance, whatever its store says. */
export async function purgeDocker({ docker, instanceId, names }: DeployDeps): Promise<void> {
  await Promise.all((await listContainers(docker, instanceId)).map(({ id }) => removeContainer(docker, id, { withVolumes: true })));
  for (const { name } of await listNetworks(docker, instanceId)) await removeNetwork(docker, name);
  for (const tag of await tagsUnder(docker, `aeroplane-${short(instanceId)}/`)) await untagImage(docker, tag);
  await names.removeTable();
}
