import type { Instance, Service } from "@aeroplane/agent/contract";

/** "3 instances", or how many of them run; null where there is only one. Of what nobody has seen only the number is known. */
export function instancesOf(service: Pick<Service, "instances">): string | null {
  const { instances } = service;
  if (instances.length < 2) return null;
  const [{ state: first }] = instances as [Instance];
  return (first === "live" || first === "unknown") && instances.every(({ state }) => state === first) ? `${instances.length} instances` : runningOf(service);
}

/** "2 of 3 running"; "2 of 3 well" where one runs and is not; what this window does not know of the others, by its own name. */
export function runningOf({ instances }: Pick<Service, "instances">): string {
  const count = (state: string) => instances.filter((one) => one.state === state).length;
  const strange = new Set(instances.map(({ state }) => state).filter((state) => !known.has(state)));
  const unseen = count("unknown");
  return [`${count("live")} of ${instances.length} ${count("unhealthy") > 0 ? "well" : "running"}`, ...(unseen > 0 ? [`${unseen} not seen`] : []), ...strange].join(", ");
}

const known = new Set(["live", "unhealthy", "down", "unknown"]);
