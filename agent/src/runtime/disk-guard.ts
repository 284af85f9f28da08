import { statfs } from "node:fs/promises";
import { v7 as uuid } from "uuid";
import type { StoppedFor } from "../../contract/index.ts";
import { refuseLoss } from "../deploy/discard.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import { engineInfo } from "../docker/engine.ts";
import { killContainer, writtenLayers, type Layer } from "../docker/layers.ts";
import type { Clock, Runner } from "../jobs/index.ts";
import { findService, type ServiceRow } from "../store/index.ts";

const EVERY_MS = 1000;
/** A look at what everybody has written walks over all their files. */
const AGAIN_MS = 30_000;
const GiB = 1024 ** 3;

/** With less than that free somebody is stopped: a tenth of the disk, at most 1 GiB. The store needs room for that, too. */
export const floorOf = (total: number): number => Math.min(total / 10, GiB);

/** Who has written most, and as much as must be free: stopping anybody else would free nothing. */
export function fillerAmong(layers: readonly Layer[], floor: number): Layer | undefined {
  return layers.filter(({ written }) => written >= floor).toSorted((a, b) => b.written - a.written)[0];
}

type GuardDeps = Pick<DeployDeps, "db" | "docker" | "instanceId" | "note"> & { jobs: Pick<Runner, "enqueue">; clock: Clock; signal: AbortSignal };

/**
 * Nothing but some file systems bounds what a container writes: where the disk of the engine is nearly full, the service
 * that has written most into its container is stopped and killed; of a command that is run once the container alone. What it keeps in volumes of its image is never taken.
 */
export function createDiskGuard({ db, docker, instanceId, note, jobs, clock, signal }: GuardDeps) {
  let folder: string | null = null;
  let going: Promise<unknown> = Promise.resolve();

  async function look(): Promise<number> {
    folder ??= (await engineInfo(docker)).DockerRootDir ?? "/";
    const { blocks, bavail, bsize } = await statfs(folder);
    const [free, floor] = [bavail * bsize, floorOf(blocks * bsize)];
    if (free >= floor) return EVERY_MS;
    const filler = fillerAmong(await writtenLayers(docker, instanceId), floor);
    // Its job takes it away when it has ended; the service has nothing to do with it.
    if (filler?.once && !signal.aborted) {
      note("disk filled", { service: findService(db, filler.serviceId)?.name ?? filler.serviceId, what: "a command that is run once", written: filler.written, free });
      await killContainer(docker, filler.container);
      return EVERY_MS;
    }
    const service = filler && findService(db, filler.serviceId);
    if (filler === undefined || service?.intent !== "running" || signal.aborted) return AGAIN_MS;
    // It would not be taken away, and so free nothing.
    await refuseLoss({ docker, instanceId }, service, []);
    stop(service, { what: "disk", written: filler.written, free });
    // Its job asks it to end; until it did there would be nothing left to write.
    await killContainer(docker, filler.container);
    return EVERY_MS;
  }
  function stop(service: ServiceRow, because: StoppedFor) {
    const { id: serviceId, name: subject, projectId, environmentId } = service;
    note("disk filled", { service: subject, ...because });
    jobs.enqueue({ id: uuid(), kind: "stop", subject, projectId, environmentId, serviceId, input: { discard: [], because } });
  }
  function tick() {
    if (signal.aborted) return;
    going = look()
      .catch(() => AGAIN_MS)
      .then((pause) => void clock.after(pause, tick));
  }

  return { start: tick, idle: () => going };
}
