import { HammerIcon } from "lucide-react";
import type { Service } from "@aeroplane/agent/contract";
import type { Tone } from "../../data/servers.ts";
import { isCommitted, runningDeployment } from "../../data/agent.ts";
import { currentStep, strangeState } from "../../data/jobs.ts";
import { serviceIcon, unplaced } from "../../shapes/shapes.ts";
import { restingState } from "./state-table.ts";

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
