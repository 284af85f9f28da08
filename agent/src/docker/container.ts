import { fail } from "../../contract/problem.ts";
import { ask, askGone, reasonOf, statusOf, type Docker } from "./client.ts";
import { diskFull, isDiskFull } from "./failures.ts";
import { LABEL, labels, ownerOf, type Owner } from "./names.ts";

export type ContainerSpec = {
  name: string;
  image: string;
  owner: Owner;
  /** NAME=value; reaches the engine in a request body, never in an argument. */
  env: string[];
  /** Words instead of the image's command; null keeps it. */
  command: string[] | null;
  network: string;
  address: string;
  hostsFile: string;
};

export type ContainerFacts = {
  id: string;
  name: string;
  owner: Owner;
  image: string;
  running: boolean;
  restarting: boolean;
  exitCode: number;
  /** The kernel ended a process of it for want of memory. */
  outOfMemory: boolean;
  /** Of its first process, as this machine counts; 0 when it does not run. */
  pid: number;
  createdAt: number;
  startedAt: number;
  restarts: number;
  restartPolicy: string;
  address: string | null;
};

/** Makes a container that restarts never: it earns `unless-stopped` when its release goes live. */
export async function createContainer(docker: Docker, spec: ContainerSpec): Promise<string> {
  const made = await ask(() =>
    docker.createContainer({
      name: spec.name,
      Image: spec.image,
      ...(spec.command === null ? {} : { Cmd: spec.command }),
      Env: spec.env,
      Labels: labels(spec.owner),
      HostConfig: {
        NetworkMode: spec.network,
        // A mount, not a bind: for a bind whose file is missing Docker would make a folder of that name.
        Mounts: [{ Type: "bind", Source: spec.hostsFile, Target: "/etc/hosts", ReadOnly: true }],
        RestartPolicy: { Name: "no" },
        Init: true,
        SecurityOpt: ["no-new-privileges:true"],
        LogConfig: { Type: "json-file", Config: { "max-size": "10m", "max-file": "3" } },
      },
      NetworkingConfig: { EndpointsConfig: { [spec.network]: { IPAMConfig: { IPv4Address: spec.address } } } },
    }),
  ).catch(async (error: unknown) => {
    throw isDiskFull(reasonOf(error)) ? await diskFull(docker, error) : error;
  });
  return made.id;
}

/** Starts it; what the engine or the image refuses becomes a sentence about the service. */
export async function startContainer(docker: Docker, id: string, service: string): Promise<void> {
  try {
    await ask(() => docker.getContainer(id).start());
  } catch (error) {
    const status = statusOf(error);
    if (status === 304) return;
    const reason = reasonOf(error);
    if (isDiskFull(reason)) throw await diskFull(docker, error);
    if (status === 400 || status === 404 || status === 500) {
      throw fail("CONTAINER_NOT_STARTED", { service, why: briefly(reason) }, { cause: error, detail: reason });
    }
    throw error;
  }
}

/** The runtime wraps the cause in several sentences; the last one is the cause. */
function briefly(reason: string): string {
  const last = reason.trim().split(/: (?=[a-z"/])/).slice(-2).join(": ");
  return last.replace(/[.\s]+$/, "").slice(0, 200);
}

export async function keepRunning(docker: Docker, id: string): Promise<void> {
  await ask(() => docker.getContainer(id).update({ RestartPolicy: { Name: "unless-stopped" } }));
}

/** SIGTERM, and SIGKILL after `graceSeconds`; a container that is gone or ended counts as stopped. */
export async function stopContainer(docker: Docker, id: string, graceSeconds: number): Promise<void> {
  await askGone(() => docker.getContainer(id).stop({ t: graceSeconds }));
}

/** `withVolumes`: also what Docker made for the paths that its image declares, and the data in there. */
export async function removeContainer(docker: Docker, id: string, { withVolumes = false }: { withVolumes?: boolean } = {}): Promise<void> {
  try {
    await askGone(() => docker.getContainer(id).remove({ force: true, v: withVolumes }));
  } catch (error) {
    // 409: another removal of the same container is under way.
    if (statusOf(error) !== 409) throw error;
  }
}

export async function inspectContainer(docker: Docker, id: string): Promise<ContainerFacts | null> {
  try {
    const found = await ask(() => docker.getContainer(id).inspect());
    const owner = ownerOf(found.Config.Labels);
    if (owner === null) return null;
    return {
      id: found.Id,
      name: found.Name.replace(/^\//, ""),
      owner,
      image: found.Image,
      running: found.State.Running && !found.State.Restarting,
      restarting: found.State.Restarting,
      exitCode: found.State.ExitCode,
      outOfMemory: found.State.OOMKilled,
      pid: found.State.Pid,
      createdAt: Date.parse(found.Created),
      startedAt: Date.parse(found.State.StartedAt),
      restarts: found.RestartCount,
      restartPolicy: found.HostConfig.RestartPolicy?.Name ?? "no",
      address: Object.values(found.NetworkSettings.Networks)[0]?.IPAMConfig?.IPv4Address ?? null,
    };
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

/** `createdAt` in whole seconds, as the list tells it. */
export type ListedContainer = { id: string; name: string; owner: Owner; state: string; createdAt: number; volumes: VolumeMount[] };

/** A volume that Docker made for a path that the image declares; it has no name of ours. */
export type VolumeMount = { name: string; path: string };

/** Every container of this instance, or of one service of it, running or not. */
export async function listContainers(docker: Docker, instance: string, service?: string): Promise<ListedContainer[]> {
  const label = [`${LABEL}.instance=${instance}`, ...(service === undefined ? [] : [`${LABEL}.service=${service}`])];
  const found = await ask(() => docker.listContainers({ all: true, filters: { label } }));
  return found.flatMap((container) => {
    const owner = ownerOf(container.Labels);
    if (owner === null) return [];
    const name = container.Names[0]?.replace(/^\//, "") ?? container.Id;
    const volumes = (container.Mounts ?? []).flatMap(({ Type, Name, Destination }) => (Type === "volume" ? [{ name: Name ?? "", path: Destination }] : []));
    return [{ id: container.Id, name, owner, state: container.State, createdAt: container.Created * 1000, volumes }];
  });
}

/** Addresses that containers of this instance hold or will hold when they start again. */
export async function containerAddresses(docker: Docker, instance: string): Promise<string[]> {
  const found = await ask(() =>
    docker.listContainers({ all: true, filters: { label: [`${LABEL}.instance=${instance}`] } }),
  );
  return found.flatMap((container) =>
    Object.values(container.NetworkSettings?.Networks ?? {}).flatMap((network) => {
      const address = network.IPAMConfig?.IPv4Address ?? network.IPAddress;
      return address ? [address] : [];
    }),
  );
}
