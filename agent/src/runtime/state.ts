import { stoppedFor, type Service } from "../../contract/index.ts";
import { memoryWords, PROCESSES } from "../deploy/limits.ts";
import { staysEnded } from "../deploy/restarts.ts";
import { findRelease, lastDeployment, servingInstances, type Db, type InstanceRow, type ReleaseRow, type ServiceRow } from "../store/index.ts";
import type { Crashes, Deaths } from "./deaths.ts";
import type { Health } from "./health.ts";
import type { Outages } from "./outages.ts";
import type { Probes } from "./probes.ts";
import type { ReachedLimits } from "./reached.ts";
import type { Sightings } from "./sightings.ts";

type State = Pick<Service, "state" | "stateSince" | "unseen" | "crashes" | "instances" | "reached" | "stoppedFor">;
type Told = { db: Db; deaths: Deaths; health: Health; sightings: Sightings; probes: Pick<Probes, "of">; reached: Pick<ReachedLimits, "of">; outages: Pick<Outages, "startingSince"> };

/** What a service is now, from the store and from what Docker told; asks nobody. */
export function serviceState({ db, deaths, health, sightings, probes, reached, outages }: Told, service: ServiceRow): State {
  if (service.liveReleaseId === null) return { ...beforeLive(db, service), crashes: null, instances: [] };
  if (service.intent !== "running") return { state: "stopped", stateSince: service.intentSince, crashes: null, instances: [], stoppedFor: readStoppedFor(service) };
  const serving = servingInstances(db, service.liveReleaseId);
  const release = findRelease(db, service.liveReleaseId);
  const crashes = crashesOf(db, deaths.crashes(serving.map(({ containerId }) => containerId)), service.liveReleaseId);
  const instances = serving.map(({ id, ordinal, state, containerName, containerId }) => {
    if (sightings.unseen(id) !== null) return { id, ordinal, state: "unknown" as const, containerName };
    const unwell = state === "live" ? probes.of(id) : null;
    return { id, ordinal, state: unwell ? ("unhealthy" as const) : state, unwell: unwell ?? undefined, containerName, health: health.of(containerId) };
  });
  return { ...asSeen(sightings, serving, whileLive({ deaths, probes, outages }, service, release, serving)), crashes, instances, reached: release && reachedBy(reached, release, serving) };
}

/** What the rows say was true when they were written; of what nobody has seen since, that is all that can be said. */
function asSeen(sightings: Sightings, serving: InstanceRow[], last: Pick<Service, "state" | "stateSince">): Pick<Service, "state" | "stateSince" | "unseen"> {
  const [unseen] = serving.flatMap(({ id }) => sightings.unseen(id) ?? []).toSorted((a, b) => a.since - b.since);
  if (unseen === undefined) return last;
  return { state: "unknown", stateSince: unseen.since, unseen: { state: last.state, at: unseen.at, why: unseen.why } };
}

/** What is damaged there says nothing. */
function readStoppedFor({ stoppedFor: kept }: ServiceRow): Service["stoppedFor"] {
  try {
    return kept === null ? undefined : stoppedFor.safeParse(JSON.parse(kept)).data;
  } catch {
    return undefined;
  }
}

/** Of all instances together; undefined: none. */
function reachedBy(reached: Pick<ReachedLimits, "of">, { config }: ReleaseRow, serving: InstanceRow[]): Service["reached"] {
  const all = serving.map(({ id }) => reached.of(id));
  const told = REACHED.map((what) => ({ what, limit: what === "memory" ? memoryWords(config) : String(PROCESSES), count: all.reduce((sum, one) => sum + (one?.[what] ?? 0), 0) }));
  const found = told.filter(({ count }) => count > 0);
  return found.length > 0 ? found : undefined;
}
const REACHED = ["memory", "processes"] as const;

/** With the limit that was reached, where one was. */
function crashesOf(db: Db, crashes: Crashes | null, releaseId: string): Service["crashes"] {
  if (crashes === null) return null;
  const { outOfMemory, ...told } = crashes;
  const release = outOfMemory ? findRelease(db, releaseId) : undefined;
  return release ? { ...told, outOfMemory: memoryWords(release.config) } : told;
}

function whileLive({ deaths, probes, outages }: Pick<Told, "deaths" | "probes" | "outages">, service: ServiceRow, release: ReleaseRow | undefined, serving: InstanceRow[]): Pick<Service, "state" | "stateSince"> {
  const since = Math.max(service.liveSince ?? 0, service.intentSince);
  const down = serving.filter(({ state }) => state === "down");
  const ended = release === undefined ? [] : down.filter(({ containerId }) => !deaths.wasAsked(containerId) && staysEnded(release, deaths.lastExit(containerId)));
  const lastDeath = Math.max(since, ...down.map(({ containerId }) => deaths.lastAt(containerId)));
  // However often they died before: what stays ended dies no more.
  if (ended.length > 0 && ended.length === serving.length) return { state: "ended", stateSince: lastDeath };
  const looping = serving.flatMap(({ containerId }) => deaths.loopingSince(containerId) ?? []);
  if (looping.length > 0 && (looping.length === serving.length || down.length === serving.length)) {
    return { state: "crash-looping", stateSince: Math.min(...looping) };
  }
  const unwell = serving.flatMap(({ id, state }) => (state === "live" ? (probes.of(id)?.since ?? []) : []));
  if (down.length + unwell.length === 0) return { state: "live", stateSince: since };
  const starting = down.flatMap(({ id }) => outages.startingSince(id) ?? []);
  if (starting.length === serving.length) return { state: "starting", stateSince: Math.max(since, ...starting) };
  if (down.length === serving.length) return { state: "down", stateSince: lastDeath };
  // Of what is amiss: since when the first is, where others are well; and the last, where none is.
  const amiss = [...unwell, ...(down.length > 0 ? [lastDeath] : [])];
  if (down.length + unwell.length < serving.length) return { state: "degraded", stateSince: Math.min(...amiss) };
  return { state: "unhealthy", stateSince: Math.max(...amiss) };
}

function beforeLive(db: Db, service: ServiceRow): Pick<Service, "state" | "stateSince"> {
  const last = lastDeployment(db, service.id);
  if (last?.state === "queued" || last?.state === "running") return { state: "deploying", stateSince: last.createdAt };
  if (last?.state === "failed") return { state: "failed", stateSince: last.endedAt ?? last.createdAt };
  return { state: "empty", stateSince: last?.endedAt ?? service.createdAt };
}
