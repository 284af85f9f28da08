import { findRelease, findService, instancesOfRelease, instancesOfService, markLeft, markMounted, setIntent, setLiveRelease, transaction, updateRelease, updateInstance, type Db } from "../store/index.ts";

/** One write: a release with the instances that were launched for it is what serves; whatever served before leaves. */
export function goLive(db: Db, serviceId: string, releaseId: string): void {
  transaction(db, () => {
    const previous = findService(db, serviceId)?.liveReleaseId ?? null;
    for (const { id, state } of instancesOfService(db, serviceId)) {
      if (state === "live" || state === "down") updateInstance(db, id, { state: "retiring" });
    }
    for (const { id, state } of instancesOfRelease(db, releaseId)) {
      if (state === "starting") updateInstance(db, id, { state: "live" });
    }
    if (previous !== null && previous !== releaseId) updateRelease(db, previous, { state: "retiring" });
    updateRelease(db, releaseId, { state: "live" });
    setLiveRelease(db, serviceId, releaseId);
    const mounts = findRelease(db, releaseId)?.mounts ?? [];
    const before = previous === null ? [] : (findRelease(db, previous)?.mounts ?? []);
    markLeft(db, before.filter(({ volumeId }) => !mounts.some((mount) => mount.volumeId === volumeId)), Date.now());
    markMounted(db, mounts);
    setIntent(db, serviceId, "running");
  });
}
