import { isDeepStrictEqual } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import type { DeployDeps } from "../deploy/deps.ts";
import { lookOnce } from "../deploy/health-kinds.ts";
import { wantedTarget } from "../deploy/route.ts";
import { checkSeconds } from "../deploy/watch.ts";
import type { ContainerFacts } from "../docker/container.ts";
import type { ContainerEvent } from "../docker/events.ts";
import { findInstanceByContainer, findRelease, findService, instancesOfRelease, instanceWritten, turnInstance } from "../store/index.ts";
import type { InstanceRow } from "../store/index.ts";

/** One that keeps dying must answer and then stay up for so long before anybody is sent to it again. */
const STEADY_MS = 10_000;
/** The shortest try of an app that has just been started again; one that is slow has all the time that is left. */
const ONE_TRY_MS = 1000;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

type OutageDeps = Pick<DeployDeps, "db" | "caddy" | "docker" | "routing" | "names" | "note" | "sightings"> & {
  keepsDying: (containerId: string) => boolean;
  signal: AbortSignal;
};

export type Outages = {
  /** What Docker tells of one container of a service. */
  onEvent(event: Pick<ContainerEvent, "action" | "id" | "at">): void;
  /** What was found when nobody had told. */
  meet(facts: Pick<ContainerFacts, "id" | "running" | "startedAt">): void;
  /** There is no such container any more, and nobody had told. */
  miss(containerId: string): void;
  /** When the process of an instance began that is waited for within the time that its check gives; null: it is not, or not any more. */
  startingSince(instanceId: string): number | null;
  /** All that is under way has ended. */
  idle(): Promise<unknown>;
};

/**
 * An instance whose process ends gets no more requests, and gets them again when it runs and answers. This holds no claim,
 * since it must not wait for anything: it turns one row from live to down or back, never one that a job has taken
 * elsewhere, and touches no route that a job has pointed at instances of its own.
 */
export function createOutages(deps: OutageDeps, { steadyMs = STEADY_MS, now = Date.now } = {}): Outages {
  const { db, signal } = deps;
  /** Instances that are waited for; `until`: what has not answered by then is down, although it is asked on. */
  const awaited = new Map<string, { wait: AbortController; since: number; until: number }>();
  const going = new Set<Promise<void>>();

  function begin(work: () => Promise<void>) {
    const mine = work()
      .catch((error: unknown) => signal.aborted || deps.note("outage not followed", { error: String(error) }))
      .then(() => void going.delete(mine));
    going.add(mine);
  }
  function isDown(containerId: string) {
    const instance = findInstanceByContainer(db, containerId);
    if (instance === undefined) return;
    awaited.get(instance.id)?.wait.abort();
    awaited.delete(instance.id);
    if (!turnInstance(db, instance.id, "live", "down")) return;
    begin(() => follow(deps, instance));
  }
  /** It ended while nobody looked: that what runs now answers is still to be seen. */
  function endedUnheard(containerId: string, startedAt: number): boolean {
    const instance = findInstanceByContainer(db, containerId);
    return instance !== undefined && deps.sightings.mayHaveEnded(instance.id, startedAt);
  }
  /** `anew`: its process has just begun, so that an older wait is for one that is no more. */
  function runs(containerId: string, anew: boolean, startedAt: number) {
    const instance = findInstanceByContainer(db, containerId);
    if (instance?.state !== "down") return;
    const before = awaited.get(instance.id);
    if (before !== undefined && !anew) return;
    before?.wait.abort();
    const own = new AbortController();
    const release = findRelease(db, instance.releaseId);
    awaited.set(instance.id, { wait: own, since: startedAt, until: startedAt + (release === undefined ? 0 : checkSeconds(release.config) * 1000) });
    instanceWritten(db, instance.id);
    begin(async () => {
      let isOver = true;
      try {
        const within = AbortSignal.any([signal, own.signal]);
        const back = await answers(deps, instance, within);
        if (back && deps.keepsDying(containerId)) await sleep(steadyMs, undefined, { signal: within }).catch(() => {});
        if (!back || own.signal.aborted || !turnInstance(db, instance.id, "down", "live")) return;
        isOver = false;
        await follow(deps, instance);
      } finally {
        if (awaited.get(instance.id)?.wait === own) {
          awaited.delete(instance.id);
          // It has not answered: nothing was written, and it is told as another all the same.
          if (isOver && !signal.aborted) instanceWritten(db, instance.id);
        }
      }
    });
  }

  return {
    onEvent({ action, id, at }) {
      if (signal.aborted) return;
      if (action === "die" || (action === "start" && endedUnheard(id, at))) isDown(id);
      if (action === "start") runs(id, true, at);
    },
    meet({ id, running, startedAt }) {
      if (signal.aborted) return;
      if (!running || endedUnheard(id, startedAt)) isDown(id);
      if (running) runs(id, false, startedAt);
    },
    miss(containerId) {
      if (!signal.aborted) isDown(containerId);
    },
    startingSince(instanceId) {
      const one = awaited.get(instanceId);
      return one !== undefined && now() < one.until ? one.since : null;
    },
    idle: () => Promise.allSettled(going),
  };
}

/** Route and names name those that are live now. */
async function follow(deps: OutageDeps, { releaseId }: InstanceRow): Promise<void> {
  const serviceId = findRelease(deps.db, releaseId)?.serviceId;
  if (serviceId === undefined) return;
  await Promise.all([deps.routing(() => reroute(deps, serviceId)), deps.names.sync()]);
}

async function reroute({ db, caddy }: OutageDeps, serviceId: string): Promise<void> {
  const service = findService(db, serviceId);
  if (service?.intent !== "running" || service.liveReleaseId === null) return;
  const [current, wanted] = [await caddy.current(serviceId), wantedTarget(db, service)];
  if (current?.type !== "app" || wanted?.type !== "app" || current.releaseId !== wanted.releaseId) return;
  // A restart that has not committed yet points at instances of the same release, which are its own affair.
  const uncommitted = instancesOfRelease(db, service.liveReleaseId).filter(({ state }) => state === "starting");
  if (uncommitted.some(({ address }) => address !== null && current.addresses.includes(address))) return;
  if (!isDeepStrictEqual(current, wanted)) await caddy.setTarget(serviceId, wanted);
}

/** Whether it is well by its health check, within the time that a new one has; what has no port to be asked on needs only run. */
async function answers(deps: OutageDeps, { releaseId, containerId, address }: InstanceRow, signal: AbortSignal): Promise<boolean> {
  const release = findRelease(deps.db, releaseId);
  const service = release === undefined ? undefined : findService(deps.db, release.serviceId);
  if (release === undefined || service === undefined || containerId === null || address === null) return false;
  const end = performance.now() + checkSeconds(release.config) * 1000;
  try {
    for (let pause = FIRST_PAUSE_MS; performance.now() < end; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const left = Math.max(ONE_TRY_MS, end - performance.now());
      if (await lookOnce(deps, { service, release, containerId, address }, left, signal)) return true;
      await sleep(pause, undefined, { signal });
    }
    return false;
  } catch (error) {
    // It died again, or the agent ends.
    if (signal.aborted) return false;
    throw error;
  }
}
