import { v7 as uuid } from "uuid";
import { healthOf } from "../../contract/index.ts";
import { fail } from "../../contract/problem.ts";
import { reasonOf, statusOf } from "../docker/client.ts";
import { containerAddresses, createContainer, startContainer, type ContainerSpec } from "../docker/container.ts";
import { inspectImage } from "../docker/image.ts";
import { objectName, short, type Owner } from "../docker/names.ts";
import { networkName } from "../network/ensure.ts";
import { overlaps, parseRange } from "../network/ranges.ts";
import { freeAddresses, NETWORK_ADDRESSES } from "../network/subnet.ts";
import { traitsOf } from "../shapes/index.ts";
import { addressesInUse, createInstance, transaction, updateInstance, type InstanceRow, type ReleaseRow, type ServiceRow } from "../store/index.ts";
import { atOnce } from "./at-once.ts";
import type { DeployDeps } from "./deps.ts";
import { containerEnvironment } from "./environment.ts";
import { memoryOf, PROCESSES, processorsOf, stopSecondsOf } from "./limits.ts";
import { ensureVolumes, mountedIn, refuseSecond } from "./mounts.ts";
import { healthcheckOf, processOf, type Process } from "./process.ts";
import { checkSeconds } from "./watch.ts";

/** Containers that one service makes and starts at the same time. */
const AT_ONCE = 4;

/** An instance whose container was started. */
export type Launched = Pick<InstanceRow, "id" | "ordinal"> & { containerId: string; containerName: string; address: string };

export type LaunchRequest = {
  service: ServiceRow;
  release: ReleaseRow;
  variables: Record<string, string>;
  jobId: string;
  /** Of a job that others may have left behind when Docker answers: nothing is begun after it. */
  signal?: AbortSignal;
};

/** Makes and starts one more instance of a release for each of the ordinals; nobody is sent to them yet. */
export async function launch(deps: DeployDeps, request: LaunchRequest, ordinals: number[]): Promise<Launched[]> {
  const { subnet, process } = await prepare(deps, request);
  request.signal?.throwIfAborted();
  const places = await reserve(deps, request, subnet, ordinals);
  return atOnce(places, AT_ONCE, (place) => start(deps, request, process, place));
}

/** Another container for an instance that has lost its own; at its address, as long as its network has that. */
export async function relaunch(deps: DeployDeps, request: LaunchRequest, { id, ordinal, address }: InstanceRow): Promise<Launched> {
  const { subnet, process } = await prepare(deps, request);
  const stands = address !== null && overlaps(parseRange(subnet), parseRange(address));
  return start(deps, request, process, { id, ordinal, address: stands ? address : await readdress(deps, request, subnet, id) });
}

/** One for each instance that the release is to have; of one with volumes one alone, also where it comes back from before there were any. */
export const wantedOrdinals = ({ config, mounts }: Pick<ReleaseRow, "config" | "mounts">): number[] => Array.from({ length: mounts.length > 0 ? 1 : config.replicas }, (_, at) => at + 1);

/** `line`: in the place of the image's command; null keeps that. */
export async function prepare(deps: DeployDeps, { service, release }: LaunchRequest, line = release.config.startCommand): Promise<{ subnet: string; process: Process }> {
  // Refused before anything is made: with a part of its settings it would be another app.
  if (release.damage !== null) throw fail("SETTINGS_DAMAGED", { service: service.name, fields: release.damage });
  const image = await inspectImage(deps.docker, release.imageId ?? "").catch((error: unknown) => {
    throw refusal(error, service, release);
  });
  const process = processOf(image, line);
  const subnet = await deps.environments.ensure(service.environmentId);
  // The names file must stand before it is mounted; ports that another service could not be given are its own affair.
  await deps.names.sync({ ports: false });
  await ensureVolumes(deps, service, release);
  return { subnet, process };
}

type Place = Pick<InstanceRow, "id" | "ordinal"> & { address: string };

/** Rows with addresses of their own: all or none. */
export async function reserve(deps: DeployDeps, request: LaunchRequest, subnet: string, ordinals: number[]): Promise<Place[]> {
  const standing = await containerAddresses(deps.docker, deps.instanceId);
  return transaction(deps.db, () =>
    freeFor(deps, request, subnet, standing, ordinals.length).map((address, at) => {
      const place = { id: uuid(), releaseId: request.release.id, ordinal: ordinals[at]!, address };
      createInstance(deps.db, place);
      return place;
    }),
  );
}

/** An address for what is no instance; `keep` writes it down, in the same transaction. */
export async function reserveAddress(deps: DeployDeps, request: LaunchRequest, subnet: string, keep: (address: string) => void): Promise<string> {
  const standing = await containerAddresses(deps.docker, deps.instanceId);
  return transaction(deps.db, () => {
    const [address] = freeFor(deps, request, subnet, standing, 1);
    keep(address!);
    return address!;
  });
}

const readdress = (deps: DeployDeps, request: LaunchRequest, subnet: string, id: string): Promise<string> =>
  reserveAddress(deps, request, subnet, (address) => updateInstance(deps.db, id, { address }));

/** Addresses that neither the store nor Docker knows. Whoever asks keeps them in the same transaction, so that services that launch together share the range. */
function freeFor({ db }: DeployDeps, { service }: LaunchRequest, subnet: string, standing: string[], count: number): string[] {
  const addresses = freeAddresses(subnet, count, [...standing, ...addressesInUse(db, service.environmentId)]);
  if (addresses.length === count) return addresses;
  throw fail("ENVIRONMENT_FULL", { service: service.name, wanted: count, free: addresses.length, size: NETWORK_ADDRESSES });
}

async function start(deps: DeployDeps, request: LaunchRequest, process: Process, { id, ordinal, address }: Place): Promise<Launched> {
  const { service, release, jobId } = request;
  const spec = specOf(deps, request, process, { name: [short(jobId), String(ordinal)], address, replica: id, ordinal: String(ordinal) });
  const containerName = spec.name;
  request.signal?.throwIfAborted();
  updateInstance(deps.db, id, { containerName });
  const containerId = await createContainer(deps.docker, spec).catch((error: unknown) => {
    throw refusal(error, service, release);
  });
  request.signal?.throwIfAborted();
  updateInstance(deps.db, id, { containerId });
  await refuseSecond(deps, service, release, containerId);
  await startContainer(deps.docker, containerId, service.name);
  await deps.names.admit();
  return { id, ordinal, containerId, containerName, address };
}

type Placed = { /** Behind the service and the release. */ name: string[]; address: string } & Pick<Owner, "replica" | "ordinal" | "once">;

/** A container of a release, with all that its settings say. */
export function specOf(deps: DeployDeps, { service, release, variables, jobId }: LaunchRequest, process: Process, { name, address, ...instance }: Placed): ContainerSpec {
  return {
    name: objectName(deps.instanceId, service.name, short(release.id), ...name),
    image: release.imageId ?? "",
    owner: {
      instance: deps.instanceId,
      project: service.projectId,
      environment: service.environmentId,
      service: service.id,
      release: release.id,
      job: jobId,
      ...instance,
    },
    env: containerEnvironment(release, variables),
    ...process,
    init: release.config.init ?? process.init,
    stop: { signal: release.config.stopSignal, seconds: stopSecondsOf(release.config) },
    healthcheck: healthcheckOf(healthOf(release.config, traitsOf(release)), checkSeconds(release.config)),
    network: networkName(deps.instanceId, service.environmentId),
    address,
    hostsFile: deps.names.hostsFile(service.environmentId),
    mounted: mountedIn(deps, release),
    limits: { memory: memoryOf(release.config) * 1024 ** 2, processes: PROCESSES, processors: processorsOf(release.config) },
  };
}

export function refusal(error: unknown, service: ServiceRow, release: ReleaseRow): unknown {
  const reason = reasonOf(error);
  if (statusOf(error) === 404 && /no such image/i.test(reason)) {
    return fail("IMAGE_NOT_FOUND", { reference: release.image ?? release.imageId ?? "of the release" }, { cause: error });
  }
  if (statusOf(error) === 400) return fail("CONTAINER_NOT_STARTED", { service: service.name, why: reason }, { cause: error });
  return error;
}
