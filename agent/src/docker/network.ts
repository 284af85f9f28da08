import { ask, askGone, reasonOf, statusOf, type Docker } from "./client.ts";
import { LABEL, labels, ownerOf, type Owner } from "./names.ts";

export type NetworkSpec = { name: string; owner: Owner; subnet: string; gateway: string; bridge: string };

/** Every IPv4 range that a network of this engine holds, whoever made it. */
export async function takenSubnets(docker: Docker): Promise<string[]> {
  const found = await ask(() => docker.listNetworks());
  return found.flatMap((network) =>
    (network.IPAM?.Config ?? []).flatMap((range) => (range.Subnet?.includes(".") ? [range.Subnet] : [])),
  );
}

/** Answers false when the range overlaps with one that appeared in the meantime; a network that stands is success. */
export async function createNetwork(docker: Docker, spec: NetworkSpec): Promise<boolean> {
  try {
    await ask(() =>
      docker.createNetwork({
        Name: spec.name,
        Driver: "bridge",
        CheckDuplicate: true,
        Labels: labels(spec.owner),
        IPAM: { Driver: "default", Config: [{ Subnet: spec.subnet, Gateway: spec.gateway }] },
        Options: { "com.docker.network.bridge.name": spec.bridge },
      }),
    );
    return true;
  } catch (error) {
    if (statusOf(error) === 409) return true;
    if (/overlap/i.test(reasonOf(error))) return false;
    throw error;
  }
}

export async function networkSubnet(docker: Docker, name: string): Promise<string | null> {
  try {
    const found = await ask(() => docker.getNetwork(name).inspect());
    return found.IPAM?.Config?.[0]?.Subnet ?? null;
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

export async function removeNetwork(docker: Docker, name: string): Promise<void> {
  await askGone(() => docker.getNetwork(name).remove());
}

export async function listNetworks(docker: Docker, instance: string): Promise<{ name: string; owner: Owner }[]> {
  const found = await ask(() => docker.listNetworks({ filters: { label: [`${LABEL}.instance=${instance}`] } }));
  return found.flatMap((network) => {
    const owner = ownerOf(network.Labels);
    return owner === null ? [] : [{ name: network.Name, owner }];
  });
}
