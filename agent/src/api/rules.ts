import { availableParallelism } from "node:os";
import { isDeepStrictEqual } from "node:util";
import { asksPort, fail, names, serviceConfig, runSettings, siteConfig, type OpenConfig, type ServiceConfig, type Traits } from "../../contract/index.ts";
import { splitWords } from "../deploy/words.ts";
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
  const checked = serviceConfig.parse({ ...config, site });
  checkRun(traits, checked);
  // None is what is so without the field, and no change.
  if (checked.names?.length === 0) delete checked.names;
  if (checked.publish?.length === 0) delete checked.publish;
  // Two answers to one question would be read differently by who knows only one of them.
  return checked.health === undefined ? checked : { ...checked, healthPath: null, imageHealth: false };
}

/** How it is made to run. */
function checkRun(traits: Traits, config: ServiceConfig): void {
  const word = traits.word.toLowerCase();
  const foreign = runSettings.find((field) => config[field] !== undefined && traits.settings?.includes(field) !== true);
  if (foreign !== undefined) throw fail("INVALID_INPUT", { field: `config.${foreign}`, why: `a ${word} has no process that it could be about` });
  const { health, port, processors, beforeDeploy } = config;
  if (beforeDeploy !== undefined) checkWords("config.beforeDeploy", beforeDeploy);
  if (config.publish?.some(({ target }) => target === null) && traits.port !== "wanted" && config.port === null) throw fail("INVALID_INPUT", { field: "config.publish", why: `a ${word} without a port needs to be told to which of its ports they lead` });
  const has = availableParallelism();
  if (processors !== undefined && processors > has) throw fail("INVALID_INPUT", { field: "config.processors", why: `this server has ${has}` });
  if (health === undefined) return;
  // The others have one without being told.
  if (asksPort(health.by) && traits.port !== "wanted" && port === null) throw fail("INVALID_INPUT", { field: "config.port", why: `a ${word} that is asked on its port needs one` });
  if (health.by === "command") checkWords("config.health.command", health.command);
}

/** A line that only a shell could obey is said when it is typed, not when it is run. */
export function checkWords(field: string, line: string): void {
  try {
    splitWords(line);
  } catch (error) {
    throw fail("INVALID_INPUT", { field, why: `${whyOf(error).slice(0, 300)}; sh -c '…' runs a line that needs a shell` });
  }
}

const whyOf = (error: unknown): string => String((error as { problem?: { values: { why?: unknown } } }).problem?.values.why ?? error);

/** As it is shown and sent back by a window that knows only the health path and the HEALTHCHECK. */
export function toldConfig<Config extends OpenConfig>(config: Config): Config {
  const { health } = config;
  if (health === undefined) return config;
  const path = health.by === "http" && typeof health.path === "string" ? health.path : null;
  return { ...config, healthPath: path, imageHealth: health.by === "image" };
}

/** What was edited by such a window is the newest word: then the check is what its two settings say. */
export function heardConfig<Config extends OpenConfig>(before: OpenConfig, sent: Config): Config {
  if (before.health === undefined || !isDeepStrictEqual(before.health, sent.health)) return sent;
  const told = toldConfig(before);
  if (sent.healthPath === told.healthPath && sent.imageHealth === told.imageHealth) return sent;
  const { health: _, ...others } = sent;
  return others as Config;
}

/** What a service may be called that gets its name now; one that has another by an earlier rule keeps it. */
export function checkNewName(name: string): void {
  const { error } = names.serviceName.safeParse(name);
  if (error) throw fail("INVALID_INPUT", { field: "name", why: error.issues[0]!.message });
}

export function checkHostname(service: { shape: string }, hostname: string): void {
  const { routed, word } = traitsOf(service);
  if (routed) return;
  throw fail("INVALID_INPUT", { field: "hostname", why: `a ${word.toLowerCase()} answers no requests, so ${hostname} would lead nowhere` });
}
