import type { Service } from "@aeroplane/agent/contract";
import { addressOf } from "../address/address.ts";
import { go } from "../app/view.ts";
import { takesVolumes } from "../data/volumes.ts";

/** To where data that would go can be kept in volumes instead; undefined: it cannot be kept there. */
export function keepingFor({ id: serverId }: { id: string }, service: Service): (() => void) | undefined {
  const { id: serviceId, projectId, environmentId } = service;
  return takesVolumes(service) ? () => go.to(addressOf({ serverId, projectId, environmentId, serviceId, tab: "volumes" })) : undefined;
}
