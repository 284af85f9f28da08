import type { Service } from "../../contract/index.ts";
import { lastDeployment, servingInstances, type Db, type InstanceRow, type ServiceRow } from "../store/index.ts";
import type { Deaths } from "./deaths.ts";

type State = Pick<Service, "state" | "stateSince" | "crashes" | "instances">;

/** What a service is now, from the store and from what Docker told; asks nobody. */
export function serviceState(db: Db, deaths: Deaths, service: ServiceRow): State {
  if (service.liveReleaseId === null) return { ...beforeLive(db, service), crashes: null, instances: [] };
  if (service.intent !== "running") return { state: "stopped", stateSince: service.intentSince, crashes: null, instances: [] };
  const serving = servingInstances(db, service.liveReleaseId);
  const crashes = deaths.crashes(serving.map(({ containerId }) => containerId));
  const instances = serving.map(({ id, ordinal, state, containerName }) => ({ id, ordinal, state, containerName }));
  return { ...whileLive(deaths, service, serving), crashes, instances };
}

function whileLive(deaths: Deaths, service: ServiceRow, serving: InstanceRow[]): Pick<Service, "state" | "stateSince"> {
  const since = Math.max(service.liveSince ?? 0, service.intentSince);
  const looping = serving.flatMap(({ containerId }) => deaths.loopingSince(containerId) ?? []);
  const down = serving.filter(({ state }) => state === "down");
  if (looping.length > 0 && (looping.length === serving.length || down.length === serving.length)) {
    return { state: "crash-looping", stateSince: Math.min(...looping) };
  }
  if (down.length === 0) return { state: "live", stateSince: since };
  const lastDeath = Math.max(since, ...down.map(({ containerId }) => deaths.lastAt(containerId)));
  return { state: down.length === serving.length ? "down" : "degraded", stateSince: lastDeath };
}

function beforeLive(db: Db, service: ServiceRow): Pick<Service, "state" | "stateSince"> {
  const last = lastDeployment(db, service.id);
  if (last?.state === "queued" || last?.state === "running") return { state: "deploying", stateSince: last.createdAt };
  if (last?.state === "failed") return { state: "failed", stateSince: last.endedAt ?? last.createdAt };
  return { state: "empty", stateSince: last?.endedAt ?? service.createdAt };
}
