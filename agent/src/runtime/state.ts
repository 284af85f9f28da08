import type { Service } from "../../contract/index.ts";
import { lastDeployment, servingInstances, type Db, type ServiceRow } from "../store/index.ts";
import type { Deaths } from "./deaths.ts";

/** What a service is now, from the store and from what Docker told; asks nobody. */
export function serviceState(db: Db, deaths: Deaths, service: ServiceRow): Pick<Service, "state" | "stateSince" | "crashes"> {
  if (service.liveReleaseId === null) return { ...beforeLive(db, service), crashes: null };
  if (service.intent !== "running") return { state: "stopped", stateSince: service.intentSince, crashes: null };
  const container = servingInstances(db, service.liveReleaseId)[0]?.containerId ?? null;
  const crashes = deaths.crashes(service.id, container);
  const looping = deaths.loopingSince(service.id, container);
  if (looping !== null) return { state: "crash-looping", stateSince: looping, crashes };
  return { state: "live", stateSince: Math.max(service.liveSince ?? 0, service.intentSince), crashes };
}

function beforeLive(db: Db, service: ServiceRow): Pick<Service, "state" | "stateSince"> {
  const last = lastDeployment(db, service.id);
  if (last?.state === "queued" || last?.state === "running") return { state: "deploying", stateSince: last.createdAt };
  if (last?.state === "failed") return { state: "failed", stateSince: last.endedAt ?? last.createdAt };
  return { state: "empty", stateSince: last?.endedAt ?? service.createdAt };
}
