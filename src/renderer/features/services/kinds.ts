import { BoxIcon, CogIcon, GitBranchIcon, GlobeIcon, PanelsTopLeftIcon, HammerIcon, LayersIcon } from "lucide-react";
import type { Service, ServiceKind } from "@aeroplane/agent/contract";
import type { Tone } from "../../data/servers.ts";
import { runningDeployment } from "../../data/agent.ts";
import { currentStep } from "../../data/jobs.ts";

export const kinds: Record<ServiceKind, { word: string; icon: typeof BoxIcon; about: string }> = {
  git: { word: "Git repository", icon: GitBranchIcon, about: "Builds its Dockerfile" },
  image: { word: "Docker image", icon: LayersIcon, about: "Runs it as it is" },
  static: { word: "Static site", icon: PanelsTopLeftIcon, about: "Serves a folder" },
  worker: { word: "Worker", icon: CogIcon, about: "Has no address" },
};

/** The icon of a card: what it does now where that is building, else what it is. */
export function iconOf(service: Service) {
  const running = runningDeployment(service);
  if (running) return HammerIcon;
  if (service.kind === "git" && service.hostname) return GlobeIcon;
  return kinds[service.kind].icon;
}

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
  }
}

/** "2 of 3 running". */
export function runningOf({ instances }: Pick<Service, "instances">): string {
  return `${instances.filter(({ state }) => state === "live").length} of ${instances.length} running`;
}

/** The line below the name: its address, or why there is none. */
export function placeOf(service: Service): string {
  if (service.hostname) return service.hostname;
  if (service.kind === "worker") return "Worker · no address";
  return `${kinds[service.kind].word} · no hostname`;
}
