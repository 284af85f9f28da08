import { v7 as uuid } from "uuid";
import type { StoppedFor } from "../../contract/index.ts";
import { refuseLoss } from "../deploy/discard.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import { keptInstances } from "../deploy/retire.ts";
import { engineInfo } from "../docker/engine.ts";
import { killContainer, writtenLayers, type Layer } from "../docker/layers.ts";
import { diskRoom } from "../host/index.ts";
import type { Clock, Runner } from "../jobs/index.ts";
import { findService, openJobs, type ServiceRow } from "../store/index.ts";

const EVERY_MS = 1000;
/** After what could not be done. */
const AGAIN_MS = 30_000;
/** A look at what everybody has written walks over all their files: between two of them so many times of what one took. */
const SHARE = 20;
const GiB = 1024 ** 3;

/** With less than that free somebody is stopped: a tenth of the disk, at most 1 GiB. The store needs room for that, too. */
export const floorOf = (total: number): number => Math.min(total / 10, GiB);

/** Who has written most, and as much as must be free: stopping anybody else would free nothing. */
export function fillerAmong(layers: readonly Layer[], floor: number): Layer | undefined {
  return layers.filter(({ written }) => written >= floor).toSorted((a, b) => b.written - a.written)[0];
}

type GuardDeps = Pick<DeployDeps, "db" | "docker" | "instanceId" | "note"> & { jobs: Pick<Runner, "enqueue">; clock: Clock; signal: AbortSignal };

/** What it asks of the engine and its disk. */
export type Asked = {
  /** Bytes. */
  disk(): Promise<{ free: number; total: number }>;
  layers(): Promise<Layer[]>;
  kill(container: string): Promise<void>;
  /** Throws where data of it would go without a yes. */
  refuseLoss(service: ServiceRow): Promise<void>;
};

function askedOf({ docker, instanceId }: Pick<GuardDeps, "docker" | "instanceId">): Asked {
  let folder: string | null = null;
  return {
    async disk() {
      folder ??= (await engineInfo(docker)).DockerRootDir ?? "/";
      return diskRoom(folder);
    },
    layers: () => writtenLayers(docker, instanceId),
    kill: (container) => killContainer(docker, container),
    refuseLoss: (service) => refuseLoss({ docker, instanceId }, service, []),
  };
}

/**
 * Nothing but some file systems bounds what a container writes: where the disk of the engine is nearly full, the service
 * that has written most into its containers is stopped, and they are killed. What it keeps in volumes of its image is never
 * taken. One at a time: until the containers of that one are gone they are still who has written most, and nobody else is.
 */
export function createDiskGuard({ db, docker, instanceId, note, jobs, clock, signal }: GuardDeps, asked: Asked = askedOf({ docker, instanceId })) {
  let going: Promise<unknown> = Promise.resolve();
  /** Why the last look came to nothing: told once, not at each of them. */
  let failed: string | null = null;

  async function look(): Promise<number> {
    const { free, total } = await asked.disk();
    const floor = floorOf(total);
    if (free >= floor) return EVERY_MS;
    const begun = clock.now();
    const layers = await asked.layers();
    const pause = Math.min(AGAIN_MS, Math.max(EVERY_MS, SHARE * (clock.now() - begun)));
    const filler = fillerAmong(layers, floor);
    const service = filler && findService(db, filler.serviceId);
    if (filler === undefined || service === undefined || signal.aborted) return pause;
    const kept = new Set(keptInstances(db, service).map(({ containerId }) => containerId));
    if (kept.has(filler.container)) {
      // It would not be taken away, and so free nothing.
      await asked.refuseLoss(service);
      if (signal.aborted) return pause;
      if (!isStopping(service)) stop(service, { what: "disk", written: filler.written, free });
      // The job asks them to end; until they did there would be nothing left to write.
      await kill(service, layers.filter(({ container }) => kept.has(container)));
    } else {
      // Of a job that has not come to its commit, or on its way out: whoever made it takes it away, and what serves is another.
      await kill(service, [filler]);
    }
    return pause;
  }
  const isStopping = ({ id }: ServiceRow): boolean => openJobs(db).some(({ kind, serviceId }) => kind === "stop" && serviceId === id);
  function stop(service: ServiceRow, because: StoppedFor) {
    const { id: serviceId, name: subject, projectId, environmentId } = service;
    note("disk filled", { service: subject, ...because });
    jobs.enqueue({ id: uuid(), kind: "stop", subject, projectId, environmentId, serviceId, input: { discard: [], because } });
  }
  async function kill({ name }: ServiceRow, layers: readonly Layer[]) {
    for (const { container, written } of layers.filter(({ running }) => running)) {
      note("killed for the disk", { service: name, container, written });
      await asked.kill(container);
    }
  }
  async function lookOrTell(): Promise<number> {
    try {
      const pause = await look();
      failed = null;
      return pause;
    } catch (error) {
      if (!signal.aborted && failed !== String(error)) note("disk not guarded", { error: (failed = String(error)) });
      return AGAIN_MS;
    }
  }
  function tick() {
    if (signal.aborted) return;
    going = lookOrTell().then((pause) => void clock.after(pause, tick));
  }

  return { start: tick, idle: () => going };
}
