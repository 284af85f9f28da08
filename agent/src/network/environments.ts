import type { Protocol } from "../../contract/index.ts";
import type { Docker } from "../docker/client.ts";
import { traitsOf } from "../shapes/index.ts";
import { findEnvironment, findRelease, listEnvironments, servicesOfEnvironment, setSubnet, transaction, updateService } from "../store/index.ts";
import { servingAddresses, type Db, type EnvironmentRow, type ServiceRow } from "../store/index.ts";
import { ensureNetwork } from "./ensure.ts";
import type { NamedEnvironment } from "./names.ts";
import { overlaps, parseRange } from "./ranges.ts";
import { createSerial } from "./serial.ts";
import { freeVirtualAddress, planOf } from "./subnet.ts";

export type Environments = {
  /** The network stands, and every service with a private name has its virtual address; answers the subnet. */
  ensure(environmentId: string): Promise<string>;
};

export function createEnvironments(deps: { db: Db; docker: Docker; instanceId: string }): Environments {
  const { db, docker, instanceId } = deps;
  const serial = createSerial();
  return {
    ensure: (environmentId) =>
      serial(async () => {
        const environment = findEnvironment(db, environmentId);
        if (environment === undefined) throw new Error(`No environment ${environmentId}`);
        const request = {
          instanceId,
          environmentId,
          projectId: environment.projectId,
          subnet: environment.subnet,
          others: listEnvironments(db).flatMap(({ id, subnet }) => (id === environmentId || subnet === null ? [] : [subnet])),
        };
        const subnet = await ensureNetwork(docker, request, (chosen) => adopt(db, environmentId, chosen));
        assignVirtualAddresses(db, environmentId);
        return subnet;
      }),
  };
}

/** A new range makes the addresses of the old one meaningless, so they change in the same transaction. */
function adopt(db: Db, environmentId: string, subnet: string): void {
  transaction(db, () => {
    setSubnet(db, environmentId, subnet);
    assignVirtualAddresses(db, environmentId);
  });
}

/** Every service with a private name gets an address for its life, as soon as its environment has a range. */
export function assignVirtualAddresses(db: Db, environmentId: string): void {
  transaction(db, () => {
    const subnet = findEnvironment(db, environmentId)?.subnet ?? null;
    if (subnet === null) return;
    const range = parseRange(planOf(subnet).virtualRange);
    const services = servicesOfEnvironment(db, environmentId).filter((service) => traitsOf(service).named);
    const fits = ({ virtualAddress }: ServiceRow) =>
      virtualAddress !== null && overlaps(range, parseRange(virtualAddress));
    const taken = services.filter(fits).map(({ virtualAddress }) => virtualAddress!);
    for (const service of services) {
      if (fits(service)) continue;
      const address = freeVirtualAddress(subnet, taken);
      updateService(db, service.id, { virtualAddress: address });
      taken.push(address);
    }
  });
}

/** Names and their targets as the store has them; a stopped service keeps its name and refuses. */
export function wantedNames(db: Db): NamedEnvironment[] {
  return listEnvironments(db)
    .filter((environment): environment is EnvironmentRow & { subnet: string } => environment.subnet !== null)
    .map(({ id, subnet }) => ({
      id,
      subnet,
      services: servicesOfEnvironment(db, id).flatMap((service) =>
        service.virtualAddress === null || !traitsOf(service).named
          ? []
          : [{ virtualAddress: service.virtualAddress, ...reachedOf(db, service) }],
      ),
    }));
}

/** Names beside its own and ports of the server are of the release that is live: they come with it and go with it, as its address does. */
function reachedOf(db: Db, service: ServiceRow): Pick<NamedEnvironment["services"][number], "names" | "live" | "published"> {
  const release = service.liveReleaseId === null ? undefined : findRelease(db, service.liveReleaseId);
  const live = service.intent !== "running" || release === undefined ? [] : servingAddresses(db, release.id);
  const published = (release?.config.publish ?? []).flatMap(({ port, target, protocol, address }) => {
    const to = target ?? release?.port ?? null;
    return to === null ? [] : [{ port, target: to, protocol: protocol as Protocol, address, live, service: service.id }];
  });
  return { names: [service.name, ...(release?.config.names ?? [])], live, published };
}
