import type { Readable } from "node:stream";
import type { ContainerInspectInfo } from "dockerode";
import { fail } from "../../contract/problem.ts";
import { ask, askGone, reasonOf, statusOf, type Docker } from "./client.ts";
import { diskFull, isDiskFull } from "./failures.ts";
import { LABEL, labels, ownerOf, type Owner } from "./names.ts";
import { isOwnVolume } from "./own-volume.ts";

export type ContainerSpec = {
  name: string;
  image: string;
  owner: Owner;
  /** NAME=value; reaches the engine in a request body, never in an argument. */
  env: string[];
  /** Words instead of the image's entrypoint, and of its command; null keeps them. */
  entrypoint: string[] | null;
  command: string[] | null;
  /** Docker's init is process 1: it takes in orphans, and ends an app that does not hear SIGTERM. */
  init: boolean;
  /** What asks it to stop, and the seconds that it then has; absent: what the image says, and Docker's own. */
  stop?: { signal?: string | undefined; seconds: number };
  /** In the place of the image's HEALTHCHECK; absent keeps that. */
  healthcheck?: Healthcheck | undefined;
  network: string;
  address: string;
  hostsFile: string;
  /** Volumes of ours; on its first mount Docker copies into an empty one what the image has there. */
  mounted?: MountedVolume[];
  limits: {
    /** Bytes of all its processes. */
    memory: number;
    /** Of the server's processors; absent: all. */
    processors?: number | undefined;
    /** With their threads. */
    processes: number;
  };
};

/** Docker runs the words again and again: exit code 0 is healthy, three others in a row are not. */
export type Healthcheck = {
  words: string[];
  intervalSeconds: number;
  timeoutSeconds: number;
  /** Failures do not count for so long after the start. */
  startSeconds: number;
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
  /** What the HEALTHCHECK of its image says: "starting", "healthy", "unhealthy"; undefined: it has none. */
  health?: string | undefined;
};

/** Of -1000 to 1000; lowering that of others would need a capability that not every agent has. */
const OOM_SCORE = 500;

/** Seconds and processors, as Docker counts them. */
const NANO = 1e9;

/** Makes a container that restarts never: it earns the policy of its settings when its release goes live. */
export async function createContainer(docker: Docker, spec: ContainerSpec): Promise<string> {
  const made = await ask(() =>
    docker.createContainer({
      name: spec.name,
      Image: spec.image,
      ...(spec.entrypoint === null ? {} : { Entrypoint: spec.entrypoint }),
      ...(spec.command === null ? {} : { Cmd: spec.command }),
      ...(spec.healthcheck === undefined ? {} : { Healthcheck: asDocker(spec.healthcheck) }),
      ...(spec.stop?.signal === undefined ? {} : { StopSignal: spec.stop.signal }),
      // For whoever else stops it, as the server's own end does.
      ...(spec.stop === undefined ? {} : { StopTimeout: spec.stop.seconds }),
      Env: spec.env,
      Labels: labels(spec.owner),
      HostConfig: {
        NetworkMode: spec.network,
        // A mount, not a bind: for a bind whose file is missing Docker would make a folder of that name.
        Mounts: [
          { Type: "bind", Source: spec.hostsFile, Target: "/etc/hosts", ReadOnly: true },
          ...(spec.mounted ?? []).map(({ name, path }) => ({ Type: "volume" as const, Source: name, Target: path })),
        ],
        RestartPolicy: { Name: "no" },
        Init: spec.init,
        SecurityOpt: ["no-new-privileges:true"],
        // It could listen to and speak for others on its network.
        CapDrop: ["NET_RAW"],
        Memory: spec.limits.memory,
        ...(spec.limits.processors === undefined ? {} : { NanoCpus: Math.round(spec.limits.processors * NANO) }),
        PidsLimit: spec.limits.processes,
        // Where the server's memory ends, an app goes before whatever keeps the others running.
        OomScoreAdj: OOM_SCORE,
        LogConfig: { Type: "json-file", Config: { "max-size": "10m", "max-file": "3" } },
      },
      NetworkingConfig: { EndpointsConfig: { [spec.network]: { IPAMConfig: { IPv4Address: spec.address } } } },
    }),
  ).catch(async (error: unknown) => {
    throw isDiskFull(reasonOf(error)) ? await diskFull(docker, error) : error;
  });
  return made.id;
}

const asDocker = ({ words, intervalSeconds, timeoutSeconds, startSeconds }: Healthcheck) => ({
  Test: ["CMD", ...words],
  Interval: intervalSeconds * NANO,
  Timeout: timeoutSeconds * NANO,
  Retries: 3,
  StartPeriod: startSeconds * NANO,
  // From Docker 25 on it looks more often while it starts; one before that does not read this.
  StartInterval: Math.min(1, intervalSeconds) * NANO,
});

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

export type RestartPolicy = "unless-stopped" | "on-failure" | "no";

export async function keepRunning(docker: Docker, id: string, policy: RestartPolicy): Promise<void> {
  await ask(() => docker.getContainer(id).update({ RestartPolicy: { Name: policy } }));
}

/** From now on Docker does not begin it again; one that is gone stays so. */
export async function letEnd(docker: Docker, id: string): Promise<void> {
  await askGone(() => docker.getContainer(id).update({ RestartPolicy: { Name: "no" } }));
}

/** Its stop signal, and SIGKILL after `graceSeconds`; a container that is gone or ended counts as stopped. */
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
      health: healthOf(found.State)?.status,
    };
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

/** What the image's own HEALTHCHECK says of it, and its last words; null: it has none, or is gone. */
export async function containerHealth(docker: Docker, id: string): Promise<Health | null> {
  try {
    return healthOf((await ask(() => docker.getContainer(id).inspect())).State);
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

/** `exitCode`: of the last try; below 0: it did not end in its time. */
type Health = { status: string; said: string; exitCode: number };

/** Docker says "none" for one that is switched off. */
function healthOf({ Health }: ContainerInspectInfo["State"]): Health | null {
  if (Health === undefined || Health.Status === "none") return null;
  const last = (Health.Log ?? []).at(-1);
  return { status: Health.Status, said: last?.Output.trim().slice(-200) ?? "", exitCode: last?.ExitCode ?? -1 };
}

/** One record of a tar archive: a file's header, and each part of its content. */
const RECORD = 512;

/** The first line or so of a file in a container, running or not; null for what is none. */
export async function fileBegins(docker: Docker, id: string, path: string): Promise<string | null> {
  const stream = (await ask(() => docker.getContainer(id).getArchive({ path }))) as unknown as Readable;
  let head = Buffer.alloc(0);
  for await (const part of stream as AsyncIterable<Buffer>) {
    head = Buffer.concat([head, part]);
    if (head.length >= 2 * RECORD) break;
  }
  const isFile = head[156] === 0x30 || head[156] === 0;
  const size = Number.parseInt(head.toString("latin1", 124, 136), 8) || 0;
  return isFile ? head.toString("latin1", RECORD, RECORD + Math.min(size, RECORD)) : null;
}

/** `createdAt` in whole seconds, as the list tells it. */
export type ListedContainer = { id: string; name: string; owner: Owner; state: string; createdAt: number; volumes: VolumeMount[]; mounted: MountedVolume[] };

/** A volume of ours. */
export type MountedVolume = { name: string; path: string };

/** A volume that Docker made for a path that the image declares; it has no name of ours. */
export type VolumeMount = { name: string; path: string };

const ENDED = new Set(["created", "exited", "dead", "removing"]);
/** No process of it runs: "removing" is said by Docker of one that has ended. */
export const hasEnded = ({ state }: Pick<ListedContainer, "state">): boolean => ENDED.has(state);

/** Every container of this instance, or of one service of it, running or not. */
export async function listContainers(docker: Docker, instance: string, service?: string): Promise<ListedContainer[]> {
  const label = [`${LABEL}.instance=${instance}`, ...(service === undefined ? [] : [`${LABEL}.service=${service}`])];
  const found = await ask(() => docker.listContainers({ all: true, filters: { label } }));
  return found.flatMap((container) => {
    const owner = ownerOf(container.Labels);
    if (owner === null) return [];
    const name = container.Names[0]?.replace(/^\//, "") ?? container.Id;
    const volumes = (container.Mounts ?? []).flatMap(({ Type, Name, Destination }) => (Type === "volume" ? [{ name: Name ?? "", path: Destination }] : []));
    const isOurs = (volume: VolumeMount) => isOwnVolume(instance, volume.name);
    return [{ id: container.Id, name, owner, state: container.State, createdAt: container.Created * 1000, volumes: volumes.filter((one) => !isOurs(one)), mounted: volumes.filter(isOurs) }];
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
