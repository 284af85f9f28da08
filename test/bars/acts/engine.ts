// What Docker has of a service, asked through its socket: a command of its own for each look costs more than the look.
import { openDocker } from "../../../agent/src/docker/client.ts";
import { LABEL, short } from "../../../agent/src/docker/names.ts";

const engine = openDocker("/var/run/docker.sock");

export async function containersOf(serviceId: string): Promise<{ id: string; release: string; state: string }[]> {
  const found = await engine.listContainers({ all: true, filters: { label: [`${LABEL}.service=${serviceId}`] } });
  return found.map(({ Id, Labels, State }) => ({ id: Id, release: Labels[`${LABEL}.release`] ?? "", state: State }));
}

/** Services that containers of this instance say that they are of. */
export async function ownersOf(instanceId: string): Promise<string[]> {
  const found = await engine.listContainers({ all: true, filters: { label: [`${LABEL}.instance=${instanceId}`] } });
  return found.flatMap(({ Labels }) => Labels[`${LABEL}.service`] ?? []);
}

export async function policyAndAddress(id: string): Promise<{ policy: string; address: string }> {
  const { HostConfig, NetworkSettings } = await engine.getContainer(id).inspect();
  return { policy: HostConfig.RestartPolicy?.Name ?? "", address: Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? "" };
}

export async function networksOf(what: "project" | "environment", id: string): Promise<string[]> {
  return (await engine.listNetworks({ filters: { label: [`${LABEL}.${what}=${id}`] } })).map(({ Name }) => Name);
}

/** Names of images that this instance has given. */
export async function tagsOf(instanceId: string): Promise<string[]> {
  const prefix = `aeroplane-${short(instanceId)}/`;
  return (await engine.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []).filter((tag) => tag.startsWith(prefix));
}
