import type { Service } from "@aeroplane/agent/contract";

/** By what its siblings reach it, its own name first, with its port where that is known; nothing where it has no name. */
export function insideOf({ privateName, privateNames, liveRelease }: Pick<Service, "privateName" | "privateNames" | "liveRelease">): string[] {
  if (privateName === null) return [];
  const port = liveRelease?.port;
  return [...new Set([privateName, ...privateNames])].map((name) => (port ? `${name}:${port}` : name));
}
