import { createNetwork, networkSubnet, takenSubnets } from "../docker/network.ts";
import type { Docker } from "../docker/client.ts";
import { objectName, short, type Owner } from "../docker/names.ts";
import { fail } from "../../contract/problem.ts";
import { bridgeName } from "./names.ts";
import { parseRange, type Range } from "./ranges.ts";
import { blockOf, chooseSubnet, hostRoutes, planOf } from "./subnet.ts";

export type NetworkRequest = {
  instanceId: string;
  environmentId: string;
  projectId: string;
  /** What the store knows; null: not chosen yet. */
  subnet: string | null;
  /** Blocks of the instance's other environments, also of those without a network at the moment. */
  others: string[];
};

export function networkName(instanceId: string, environmentId: string): string {
  return objectName(instanceId, short(environmentId));
}

/**
 * The environment's network, made when it is missing; answers its subnet for the store to keep. `keep` is called before
 * the network is made, so that a crash in between leaves a row without a network and never the reverse.
 */
export async function ensureNetwork(docker: Docker, request: NetworkRequest, keep: (subnet: string) => void): Promise<string> {
  const name = networkName(request.instanceId, request.environmentId);
  const standing = await networkSubnet(docker, name);
  if (standing !== null) {
    if (standing !== request.subnet) keep(standing);
    return standing;
  }
  const refused: Range[] = [];
  let subnet = request.subnet;
  for (let attempt = 0; attempt < 16; attempt += 1) {
    if (subnet === null) {
      const taken = [...(await takenSubnets(docker)).map(parseRange), ...(await hostRoutes()), ...refused];
      subnet = chooseSubnet([...taken, ...request.others.map(blockOf)]);
      keep(subnet);
    }
    if (await createNetwork(docker, spec(request, name, subnet))) return subnet;
    refused.push(blockOf(subnet));
    subnet = null;
  }
  throw fail("NO_SUBNET_FREE", { tried: refused.length });
}

function spec({ instanceId, environmentId, projectId }: NetworkRequest, name: string, subnet: string) {
  const owner: Owner = { instance: instanceId, project: projectId, environment: environmentId };
  return { name, owner, subnet, gateway: planOf(subnet).gateway, bridge: bridgeName(instanceId, subnet) };
}
