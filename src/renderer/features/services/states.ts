import { HammerIcon } from "lucide-react";
import type { Service } from "@aeroplane/agent/contract";
import type { Tone } from "../../data/servers.ts";
import { runningDeployment } from "../../data/agent.ts";
import { runningOf } from "./instances.ts";
import { currentStep } from "../../data/jobs.ts";
import { serviceIcon, unplaced } from "../../shapes/shapes.ts";

/** The icon of a card: what it does now where that is building, else what it is. */
export const iconOf = (service: Service) => (runningDeployment(service) ? HammerIcon : serviceIcon(service));

/** The word of a service's state. A running deployment goes first: it is what happens now. */
export function stateOf(service: Service): { word: string; tone: Tone } {
  const running = runningDeployment(service);
  if (running) {
    return { word: running.state === "queued" ? "Queued" : (currentStep(running.steps)?.doing ?? "Deploying"), tone: "warn" };
  }
  switch (service.state) {
    case "empty":
      return { word: "Not deployed", tone: "idle" };
    case "deploying":
      return { word: "Deploying", tone: "warn" };
    case "live":
      return { word: "Live", tone: "ok" };
    case "degraded":
      return { word: runningOf(service), tone: "warn" };
    case "down":
      return { word: "Down", tone: "bad" };
    case "crash-looping":
      return { word: "Crash-looping", tone: "bad" };
    case "stopped":
      return { word: "Stopped", tone: "idle" };
    case "failed":
      return { word: "Failed", tone: "bad" };
    default:
      // A state of a newer agent is shown by its own name.
      return { word: service.state, tone: "idle" };
  }
}

/** The line below the name: its address, or why there is none. */
export const placeOf = (service: Service): string => service.hostname ?? unplaced(service.traits);
