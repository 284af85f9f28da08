import { HammerIcon } from "lucide-react";
import type { Service } from "@aeroplane/agent/contract";
import type { Tone } from "../../data/servers.ts";
import { isCommitted, runningDeployment } from "../../data/agent.ts";
import { runningOf } from "./instances.ts";
import { currentStep, strangeState } from "../../data/jobs.ts";
import { serviceIcon, unplaced } from "../../shapes/shapes.ts";

/** The icon of a card: what it does now where that is building, else what it is. */
export const iconOf = (service: Service) => (runningDeployment(service) ? HammerIcon : serviceIcon(service));

/** The word of a service's state. A running deployment goes first: it is what happens now. */
export function stateOf(service: Service): { word: string; tone: Tone } {
  const running = runningDeployment(service);
  if (running && !isCommitted(service)) {
    return { word: running.state === "queued" ? "Queued" : (currentStep(running.steps)?.doing ?? strangeState(running) ?? "Deploying"), tone: "warn" };
  }
  return restingState(service);
}

/** The same without what is on its way. */
export function restingState(service: Pick<Service, "state" | "instances" | "unseen">): { word: string; tone: Tone } {
  switch (service.state) {
    case "empty":
      return { word: "Not deployed", tone: "idle" };
    case "deploying":
      return { word: "Deploying", tone: "warn" };
    case "live": {
      const unwell = unwellIn(service);
      return unwell === null ? { word: "Live", tone: "ok" } : { word: `Live, ${unwell}`, tone: "warn" };
    }
    case "degraded":
      return { word: runningOf(service), tone: "warn" };
    case "down":
      return { word: "Down", tone: "bad" };
    case "ended":
      return { word: "Ended", tone: "idle" };
    case "crash-looping":
      return { word: "Crash-looping", tone: "bad" };
    case "unknown":
      return { word: service.unseen?.why === "docker-away" ? "Not seen" : "Not seen yet", tone: "idle" };
    case "stopped":
      return { word: "Stopped", tone: "idle" };
    case "failed":
      return { word: "Failed", tone: "bad" };
    default:
      // A state of a newer agent is shown by its own name.
      return { word: service.state, tone: "idle" };
  }
}

/** What the HEALTHCHECK of the image says of an instance that serves all the same; one on its way says nothing yet. */
const unwellIn = ({ instances }: Pick<Service, "instances">): string | null => instances.flatMap(({ health }) => (health === undefined || health === "healthy" || health === "starting" ? [] : [health]))[0] ?? null;

/** How a service stands beside the deployment that runs: "Live · deploying a new release"; null where that is all there is. */
export function servingLine(service: Service): string | null {
  const running = runningDeployment(service);
  if (!running || !service.liveRelease) return null;
  const { word } = restingState(service);
  if (!isCommitted(service)) return `${word} · deploying a new release`;
  return currentStep(running.steps) ? `${word} · the old release drains` : null;
}

/** The line below the name: its address, or why there is none. */
export const placeOf = (service: Service): string => service.hostname ?? unplaced(service.traits);

/** It is live and nobody outside can reach it. */
export const wantsDomain = ({ traits, hostname, liveRelease }: Service): boolean => traits.routed && hostname === null && liveRelease !== null;
