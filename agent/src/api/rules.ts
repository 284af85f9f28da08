import { fail, serviceConfig, siteConfig, type OpenConfig, type ServiceConfig } from "../../contract/index.ts";
import { traitsOf } from "../shapes/index.ts";

/** What the contract cannot say: which settings belong to which shape. */
export function checkService(service: { shape: string }, config: OpenConfig, hostname: string | null): ServiceConfig {
  const traits = traitsOf(service);
  const word = traits.word.toLowerCase();
  if (!traits.sources.includes(config.source.type)) {
    throw fail("INVALID_INPUT", {
      field: "config.source",
      why: `a ${word} is made from ${traits.sources.join(" or ")}, not from ${config.source.type}`,
    });
  }
  if (hostname !== null) checkHostname(service, hostname);
  if (config.replicas > traits.replicas) {
    throw fail("INVALID_INPUT", { field: "config.replicas", why: `a ${word} has ${traits.replicas === 1 ? "one instance" : `${traits.replicas} instances`} at most` });
  }
  const site = traits.makes === "site" ? (config.site ?? siteConfig.parse({})) : null;
  return serviceConfig.parse({ ...config, site });
}

export function checkHostname(service: { shape: string }, hostname: string): void {
  const { routed, word } = traitsOf(service);
  if (routed) return;
  throw fail("INVALID_INPUT", { field: "hostname", why: `a ${word.toLowerCase()} answers no requests, so ${hostname} would lead nowhere` });
}
