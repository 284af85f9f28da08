import type { Instance, Service } from "@aeroplane/agent/contract";

/** "3 instances", or how many of them run; null where there is only one. Of what nobody has seen only the number is known. */
export function instancesOf(service: Pick<Service, "instances">): string | null {
  const { instances } = service;
  if (instances.length < 2) return null;
  const [{ state: first }] = instances as [Instance];
  return (first === "live" || first === "unknown") && instances.every(({ state }) => state === first) ? `${instances.length} instances` : runningOf(service);
}

/** "2 of 3 running"; what this window does not know of the others, by its own name. */
export function runningOf({ instances }: Pick<Service, "instances">): string {
  const strange = new Set(instances.map(({ state }) => state).filter((state) => state !== "live" && state !== "down" && state !== "unknown"));
  const unseen = instances.filter(({ state }) => state === "unknown").length;
  return [`${instances.filter(({ state }) => state === "live").length} of ${instances.length} running`, ...(unseen > 0 ? [`${unseen} not seen`] : []), ...strange].join(", ");
}
