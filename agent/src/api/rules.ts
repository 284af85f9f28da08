import { fail, type ServiceConfig, type ServiceKind } from "../../contract/index.ts";

const SOURCES: Record<ServiceKind, readonly ServiceConfig["source"]["type"][]> = {
  git: ["git"],
  image: ["image"],
  static: ["git"],
  worker: ["git", "image"],
};

/** What the shape of a service's settings cannot say: which of them belong to which kind. */
export function checkService(kind: ServiceKind, config: ServiceConfig, hostname: string | null): ServiceConfig {
  if (!SOURCES[kind].includes(config.source.type)) {
    throw fail("INVALID_INPUT", {
      field: "config.source",
      why: `a service of the kind ${kind} is made from ${SOURCES[kind].join(" or ")}, not from ${config.source.type}`,
    });
  }
  if (kind === "worker" && hostname !== null) {
    throw fail("INVALID_INPUT", { field: "hostname", why: `a worker answers no requests, so ${hostname} would lead nowhere` });
  }
  if (kind === "static" && config.replicas > 1) {
    throw fail("INVALID_INPUT", { field: "config.replicas", why: "a static site has no process that could run several times" });
  }
  if (kind !== "static") return { ...config, site: null };
  return { ...config, site: config.site ?? { outputDirectory: "", buildCommand: null, buildImage: "node:24-slim" } };
}

const MAX_VARIABLES = 500;

export function checkVariableCount(count: number): void {
  if (count <= MAX_VARIABLES) return;
  throw fail("INVALID_INPUT", { field: "variables", why: `${count} are more than the ${MAX_VARIABLES} that a service can have` });
}
