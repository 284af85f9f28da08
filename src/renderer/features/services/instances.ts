import type { Service } from "@aeroplane/agent/contract";

/** "3 instances", or how many of them run; null where there is only one. */
export function instancesOf(service: Pick<Service, "instances">): string | null {
  const { instances } = service;
  if (instances.length < 2) return null;
  return instances.every(({ state }) => state === "live") ? `${instances.length} instances` : runningOf(service);
}

/** "2 of 3 running". */
export function runningOf({ instances }: Pick<Service, "instances">): string {
  return `${instances.filter(({ state }) => state === "live").length} of ${instances.length} running`;
}
