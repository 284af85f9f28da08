import { fail } from "../../contract/problem.ts";
import { reasonOf, statusOf } from "../docker/client.ts";
import { containerAddresses, createContainer, startContainer } from "../docker/container.ts";
import { objectName, short } from "../docker/names.ts";
import { fault } from "../jobs/index.ts";
import { networkName } from "../network/ensure.ts";
import { freeAddress } from "../network/subnet.ts";
import { addressesInUse, type ReleaseRow, type ServiceRow } from "../store/index.ts";
import type { DeployDeps } from "./deps.ts";
import { containerEnvironment } from "./environment.ts";
import { splitWords } from "./words.ts";

export type Launched = { containerId: string; containerName: string; address: string };

export type LaunchRequest = {
  service: ServiceRow;
  release: ReleaseRow;
  variables: Record<string, string>;
  jobId: string;
  /** An address that its release holds already; none: a free one. */
  address?: string;
  /** Called with where it will run, before it is made there. */
  keep: (made: Omit<Launched, "containerId">) => void;
};

/** Makes and starts one more container of a release; nobody is sent to it yet. */
export async function launch(deps: DeployDeps, request: LaunchRequest): Promise<Launched> {
  const { service, release, variables, jobId, keep } = request;
  // Refused before anything is made.
  const command = release.config.startCommand === null ? null : splitWords(release.config.startCommand);
  fault("release.network.before");
  const subnet = await deps.environments.ensure(service.environmentId);
  // The names file must stand before it is mounted.
  await deps.names.sync();
  fault("release.network.after");

  const address = request.address ?? (await reserveAddress(deps, service.environmentId, subnet));
  try {
    const containerName = objectName(deps.instanceId, service.name, short(release.id), short(jobId));
    keep({ containerName, address });
    fault("release.container.before");
    const containerId = await createContainer(deps.docker, {
      name: containerName,
      image: release.imageId ?? "",
      owner: {
        instance: deps.instanceId,
        project: service.projectId,
        environment: service.environmentId,
        service: service.id,
        release: release.id,
        job: jobId,
      },
      env: containerEnvironment(release, variables),
      command,
      network: networkName(deps.instanceId, service.environmentId),
      address,
      hostsFile: deps.names.hostsFile(service.environmentId),
    }).catch((error: unknown) => {
      throw refusal(error, service, release);
    });
    fault("release.container.after");
    await startContainer(deps.docker, containerId, service.name);
    await deps.names.admit();
    fault("release.started");
    return { containerId, containerName, address };
  } finally {
    deps.reserved.delete(address);
  }
}

function refusal(error: unknown, service: ServiceRow, release: ReleaseRow): unknown {
  const reason = reasonOf(error);
  if (statusOf(error) === 404 && /no such image/i.test(reason)) {
    return fail("IMAGE_NOT_FOUND", { reference: release.image ?? release.imageId ?? "of the release" }, { cause: error });
  }
  if (statusOf(error) === 400) return fail("CONTAINER_NOT_STARTED", { service: service.name, why: reason }, { cause: error });
  return error;
}

/** Known to the store, to Docker, or given a moment ago: none of these is given again. */
async function reserveAddress(deps: DeployDeps, environmentId: string, subnet: string): Promise<string> {
  const standing = await containerAddresses(deps.docker, deps.instanceId);
  const address = freeAddress(subnet, [...standing, ...addressesInUse(deps.db, environmentId), ...deps.reserved]);
  deps.reserved.add(address);
  return address;
}
