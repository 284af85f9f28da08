import { fail } from "../../contract/index.ts";
import type { Core } from "../core.ts";
import type { Docker } from "../docker/client.ts";
import { volumeFolderOf } from "../docker/own-volume.ts";
import { createSerial } from "../network/serial.ts";
import { findEnvironment, findVolume, nextToMeasure, updateVolume, type VolumeRow } from "../store/index.ts";
import { measureFolder } from "./measure.ts";

/** Asked again within so long, it is what it was. */
const FRESH_MS = 5_000;
/** One volume of those that were not measured for a day, so often: a new one within minutes of its deployment, and never two side by side. */
const LOOK_MS = 5 * 60_000;
const STALE_MS = 24 * 3600_000;

export type VolumeRoom = {
  /** Where Docker keeps what it holds; VOLUME_NOT_HERE where that is no plain folder of this server. */
  folderOf(volume: VolumeRow): Promise<string>;
  /** Its size, and when that was; VOLUME_NOT_MEASURED. */
  measure(volume: VolumeRow, signal?: AbortSignal): Promise<void>;
  /** Measures each of them once in a while. */
  start(): void;
  close(): void;
};

export function createVolumeRoom({ db, clock, changes, instanceId, note }: Pick<Core, "db" | "clock" | "changes" | "instanceId" | "note">, docker: Docker): VolumeRoom {
  const turn = createSerial();
  const over = new AbortController();
  let cancel = () => {};

  const folderOf = (volume: VolumeRow) => volumeFolderOf(docker, instanceId, volume);

  const measure: VolumeRoom["measure"] = ({ id }, signal) =>
    turn(async () => {
      signal?.throwIfAborted();
      // Read anew: another may have measured it while this one waited for its turn.
      const volume = findVolume(db, id);
      if (volume === undefined) throw fail("NOT_FOUND", { what: "volume", id });
      if (volume.measuredAt !== null && clock.now() - volume.measuredAt < FRESH_MS) return;
      const bytes = await measureFolder(await folderOf(volume), signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]));
      if (typeof bytes === "string") throw fail("VOLUME_NOT_MEASURED", { volume: volume.name, why: bytes });
      updateVolume(db, id, { bytes, measuredAt: clock.now() });
      const { environmentId, serviceId } = volume;
      changes.emit({ entity: "volume", id, projectId: findEnvironment(db, environmentId)?.projectId ?? null, environmentId, serviceId });
    });

  /** One that cannot be measured is not asked for again before all others. */
  const failedAt = new Map<string, number>();
  async function look(): Promise<void> {
    const before = clock.now() - STALE_MS;
    const next = nextToMeasure(db, before).find(({ id }) => (failedAt.get(id) ?? 0) < before);
    if (next === undefined) return;
    await measure(next).then(
      () => void failedAt.delete(next.id),
      (error: unknown) => {
        failedAt.set(next.id, clock.now());
        if (!over.signal.aborted) note("volume not measured", { volumeId: next.id, error: String(error) });
      },
    );
  }
  function later(): void {
    cancel = clock.after(LOOK_MS, () => void look().finally(() => !over.signal.aborted && later()));
  }

  return {
    folderOf,
    measure,
    start: later,
    close() {
      over.abort(new Error("The agent ends"));
      cancel();
    },
  };
}
