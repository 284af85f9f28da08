import { setTimeout as sleep } from "node:timers/promises";
import type { Runtime } from "../api/needs.ts";
import { placeOf } from "../changes/changes.ts";
import type { Core } from "../core.ts";
import { takingPaths } from "../deploy/adopt.ts";
import type { DeployDeps } from "../deploy/deps.ts";
import { refuseLossSoon, takesContainers } from "../deploy/discard.ts";
import { listContainers, type ContainerFacts } from "../docker/container.ts";
import { followEvents, type ContainerEvent } from "../docker/events.ts";
import { lastLines } from "../docker/output-kept.ts";
import { sleepOn, withDeadline } from "../jobs/index.ts";
import { claimOfWhole, isThere, removeWhole, type Whole } from "../lifecycle/whole.ts";
import { assignVirtualAddresses } from "../network/environments.ts";
import { findInstanceByContainer, findJob, findService, hostnamesOf, servingInstances } from "../store/index.ts";
import { createDeaths } from "./deaths.ts";
import { createHealth } from "./health.ts";
import { whatGoes } from "./deletion.ts";
import { createDiskGuard } from "./disk-guard.ts";
import { createHistory } from "./history/index.ts";
import { followLogs } from "./logs.ts";
import { createLooks } from "./looks.ts";
import { createLoop } from "./loop.ts";
import { createOutages } from "./outages.ts";
import { createProbes } from "./probes.ts";
import { createProbing } from "./probing.ts";
import { purgeDocker } from "./purge.ts";
import { reconcile } from "./reconcile.ts";
import { createReached } from "./reached.ts";
import { repairService } from "./repair.ts";
import { watchSilence } from "./sightings.ts";
import { serviceState } from "./state.ts";
import { claimsOfRepair } from "./survey.ts";
import { createUsage } from "./usage.ts";
import { wholeLog } from "./whole-log.ts";

const EVERY_MS = 60_000;
/** A death is Docker's to mend first; a look soon after says whether it did. */
const AFTER_EVENT_MS = 3000;
const LAST_LINES = 20;
/** Others tell what becomes of it, or only that something was short; its health is told of one that began unheard, too. */
const TELLS_HOW_IT_IS = new Set(["start", "die"]);
const REPAIR_SECONDS = 900;
/** As long as jobs have to end when the agent does. */
const CLOSE_MS = 5000;

/** Keeps what runs in line with the store: at start, when Docker tells of something, and on a slow loop. */
export function createRuntime(deps: DeployDeps, { jobs, changes, clock }: Pick<Core, "jobs" | "changes" | "clock">): Runtime {
  const { db, docker, instanceId, sightings } = deps;
  const stop = new AbortController();
  const { signal } = stop;
  const history = createHistory(deps);
  const listeners = new Map<string, Set<() => void>>();
  let soon: NodeJS.Timeout | null = null;
  let following: Promise<unknown> = Promise.resolve();

  function changed(serviceId: string) {
    // What comes after its end finds the store closed.
    if (signal.aborted) return;
    const service = findService(db, serviceId);
    if (service) changes.emit({ entity: "service", id: serviceId, ...placeOf(service) });
  }
  const servingOf = (serviceId: string) => {
    const service = findService(db, serviceId);
    return service?.intent !== "running" || service.liveReleaseId === null ? [] : servingInstances(db, service.liveReleaseId);
  };
  const deaths = createDeaths({
    readLines: (container) => lastLines(docker, container, LAST_LINES),
    changed,
    containersOf: (serviceId) => servingOf(serviceId).map(({ containerId }) => containerId),
    askedToEndAt: (container) => findInstanceByContainer(db, container)?.askedToEndAt ?? 0,
  });
  const outages = createOutages({ ...deps, signal, keepsDying: (container) => deaths.loopingSince(container) !== null });
  const health = createHealth();
  const probes = createProbes({ ...createProbing({ ...deps, jobs }), clock, signal, changed });
  const reached = createReached({ db, docker, sightings, clock, signal, changed });
  const diskGuard = createDiskGuard({ ...deps, jobs, clock, signal });
  const usage = createUsage({ ...deps, clock });
  function met(serviceId: string, facts: ContainerFacts) {
    deaths.meet(serviceId, facts);
    health.meet(facts);
    outages.meet(facts);
    saw(facts.id);
  }
  function missed(containerId: string) {
    outages.miss(containerId);
    saw(containerId);
  }
  /** Only when its row has been brought in line: from here on that is believed. */
  function saw(containerId: string) {
    if (signal.aborted) return;
    const instance = findInstanceByContainer(db, containerId);
    if (instance !== undefined) sightings.saw(instance.id);
  }

  /** Both what should be and what is are read anew, under the claims. */
  async function mend(serviceId: string, until: AbortSignal) {
    const containers = await listContainers(docker, instanceId, serviceId);
    const service = findService(db, serviceId);
    if (service === undefined) return;
    await repairService({ ...deps, met, missed }, service, containers, until);
    // Gone, it is found nowhere any more: whoever lists it must hear of that too.
    if (service.intent !== "deleted") return;
    changes.emit({ entity: "service", id: serviceId, ...placeOf(service) });
    changes.emit({ entity: "environment", id: service.environmentId, ...placeOf(service), serviceId: null });
  }
  /** The deletion of a project or an environment was committed and could not go on. */
  async function mendGone(whole: Whole) {
    await removeWhole(deps, whole);
    changes.emit({ entity: "project", id: whole.projectId, ...whole, serviceId: null });
  }
  const tried = (what: Record<string, string | null>, act: (until: AbortSignal) => Promise<void>) =>
    withDeadline({ clock, name: "A repair", deadline: REPAIR_SECONDS, parent: signal }, act).catch(
      (error: unknown) => void (signal.aborted || deps.note("repair failed", { ...what, error: String(error) })),
    );
  const looks = createLooks<string>({
    jobs,
    keyOf: (serviceId) => serviceId,
    claimsOf(serviceId) {
      const service = signal.aborted ? undefined : findService(db, serviceId);
      return service === undefined ? null : claimsOfRepair(service);
    },
    mend: (serviceId) => tried({ serviceId }, (until) => mend(serviceId, until)),
  });
  const gone = createLooks<Whole>({
    jobs,
    keyOf: ({ projectId, environmentId }) => environmentId ?? projectId,
    claimsOf: (whole) => (signal.aborted || !isThere(db, whole) ? null : [claimOfWhole(whole)]),
    mend: (whole) => tried(whole, () => mendGone(whole)),
  });
  const unwatch = watchSilence(docker, sightings, () => loop.wake());
  const loop = createLoop({
    clock,
    everyMs: EVERY_MS,
    signal,
    pass: () => reconcile({ ...deps, jobs, met, missed, look: looks.look, lookAtGone: gone.look }, signal),
  });

  function onEvent(event: ContainerEvent) {
    const serviceId = event.owner.service;
    if (serviceId === undefined || signal.aborted) return;
    // First of all: requests still go there.
    outages.onEvent(event);
    if (event.action === "die") {
      const id = findInstanceByContainer(db, event.id)?.id ?? "";
      probes.forget(id);
      reached.forget(id);
    }
    if (TELLS_HOW_IT_IS.has(event.action)) saw(event.id);
    if (servingOf(serviceId).some(({ containerId }) => containerId === event.id)) deaths.onEvent(serviceId, event);
    if (health.onEvent(event)) changed(serviceId);
    if (event.action.startsWith("health_status")) return;
    for (const listener of listeners.get(serviceId) ?? []) listener();
    // The agent may end meanwhile; each pass of the loop does the same.
    if (event.action === "start") void deps.names.admit().catch(() => {});
    // What a job makes while it runs is its own affair; what comes after its end, of a Docker that was silent, is nobody's.
    else if (event.action !== "create" || findJob(db, event.owner.job ?? "")?.endedAt !== null) lookSoon();
  }
  function onConnect() {
    sightings.found();
    loop.wake();
  }
  function lookSoon() {
    soon ??= setTimeout(() => {
      soon = null;
      loop.wake();
    }, AFTER_EVENT_MS);
  }

  function nextEvent(serviceId: string, withinMs: number, until: AbortSignal): Promise<void> {
    const happened = Promise.withResolvers<void>();
    const own = listeners.get(serviceId) ?? new Set();
    listeners.set(serviceId, own.add(happened.resolve));
    return Promise.race([happened.promise, sleep(withinMs, undefined, { signal: until }).catch(() => {})]).finally(() => {
      own.delete(happened.resolve);
      if (own.size === 0) listeners.delete(serviceId);
    });
  }

  return {
    start() {
      history.start();
      probes.start();
      reached.start();
      diskGuard.start();
      const onLost = () => sightings.lost(Date.now());
      following = Promise.all([loop.run(), followEvents(docker, { instance: instanceId, signal, onEvent, onConnect, onLost })]);
    },
    state: (service) => serviceState({ db, deaths, health, sightings, probes, reached, outages }, service),
    meters: usage.of,
    async *logs(service, from, until) {
      let isOpen = false;
      const gone = new AbortController();
      try {
        for await (const batch of followLogs({ ...deps, nextEvent }, service.id, from, until)) {
          yield batch;
          if (!isOpen) void history.prepare(service.id, gone.signal).catch(() => {});
          isOpen = true;
        }
      } finally {
        gone.abort();
      }
    },
    history: (service, asked, until) => history.page(service.id, asked, until),
    wholeLog: (service, filter, until) => wholeLog(deps, service.id, filter, until),
    async apply(serviceId) {
      const service = findService(db, serviceId);
      if (service === undefined || service.intent === "deleted") return;
      await deps.routing(() => deps.caddy.setHostnames(service.id, hostnamesOf(db, service.id)));
      assignVirtualAddresses(db, service.environmentId);
      await deps.names.sync();
    },
    async refuseLoss(service, kind, discard, added = []) {
      const taking = kind === "deploy" ? [...takingPaths(db, service.id), ...added] : [];
      if (takesContainers(kind, service)) await refuseLossSoon(deps, service, discard, taking);
    },
    deletion: (service) => whatGoes(deps, service),
    async close() {
      stop.abort();
      unwatch();
      if (soon) clearTimeout(soon);
      loop.wake();
      deaths.close();
      history.close();
      const ended = Promise.allSettled([following, outages.idle(), probes.idle(), reached.idle(), diskGuard.idle(), looks.idle(), gone.idle()]);
      // What waits for a Docker that hangs is left behind: the next agent looks at everything.
      await Promise.race([ended, sleepOn(clock, CLOSE_MS)]);
    },
    purge: () => purgeDocker(deps),
  };
}
