import type { Job } from "@aeroplane/agent/contract";
import { addressOf, type Address } from "../../address/address.ts";

/** Where one looks at what a job did; null: it is about nothing that has a page. */
export function placeOf(serverId: string, { projectId, environmentId, serviceId, deploymentId, deletes }: Job): Address | null {
  if (!projectId) return null;
  if (!serviceId || deletes) return addressOf({ serverId, projectId, environmentId });
  return addressOf({ serverId, projectId, environmentId, serviceId, deploymentId });
}
