import { asksPort, names, portWords, serviceConfig, sources, type Problem, type Service, type ServiceConfig, type ShapeSetting, type SourceName, type Traits } from "@aeroplane/agent/contract";
import { canSet, hasPort, knowsShape, makesSite, mustAnswer, runs } from "../../shapes/shapes.ts";
import { knownSources, sourceFrom, suggestionFrom } from "../../shapes/sources.ts";
import { emptyHealth, healthConfigOf, healthDraftOf, healthFieldOf, usualHealth, type HealthDraft } from "./config-health.ts";
import { portsDraftOf, portsIn } from "./config-ports.ts";
import { emptySite, siteAnswersOf, siteDraftOf, type SiteDraft } from "./config-site.ts";

/** The settings of a service as a person types them: everything is text until it is sent. */
export type Draft = SiteDraft & HealthDraft & {
  name: string;
  hostname: string;
  from: SourceName;
  url: string;
  branch: string;
  rootDirectory: string;
  /** "yes" or "no". */
  submodules: string;
  /** "yes" or "no". */
  lfs: string;
  reference: string;
  port: string;
  healthSeconds: string;
  drainSeconds: string;
  replicas: string;
  memoryMiB: string;
  processors: string;
  replace: string;
  beforeDeploy: string;
  /** With commas between them, or white space. */
  names: string;
  /** One a line. */
  publish: string;
  /** Empty: what the image says. */
  stopSignal: string;
  stopSeconds: string;
  restart: string;
  /** Empty: what the image needs; else "yes" or "no". */
  init: string;
  startCommand: string;
  /** "yes" or "no"; asked for where an agent knows of no other check. */
  imageHealth: string;
  outputDirectory: string;
  buildCommand: string;
  buildImage: string;
};
export type DraftField = keyof Draft;
export type Wrong = Partial<Record<DraftField, string>>;

export const emptyDraft: Draft = {
  name: "",
  hostname: "",
  from: "git",
  url: "",
  branch: "main",
  rootDirectory: "",
  submodules: "no",
  lfs: "no",
  reference: "",
  port: "",
  ...emptyHealth,
  healthSeconds: "60",
  drainSeconds: "10",
  replicas: "1",
  memoryMiB: "",
  processors: "",
  replace: "rolling",
  beforeDeploy: "",
  names: "",
  publish: "",
  stopSignal: "",
  stopSeconds: "",
  restart: "always",
  init: "",
  startCommand: "",
  imageHealth: "no",
  outputDirectory: "",
  buildCommand: "",
  buildImage: "node:24-slim",
  ...emptySite,
};

/** Seconds that a check takes at first: an app may take a minute to answer; one that only has to stay up has shown it sooner. */
const checkSeconds = (traits: Traits): string => (mustAnswer(traits) ? "60" : "10");

/** The draft of another shape: what was not typed becomes what that one begins with. */
export const reshaped = (draft: Draft, from: Traits, to: Traits): Draft => ({
  ...draft,
  ...(draft.healthSeconds === checkSeconds(from) ? { healthSeconds: checkSeconds(to) } : {}),
  ...(draft.health === usualHealth(from) ? { health: usualHealth(to) } : {}),
});

export function draftOf(service: Service): Draft {
  const { config, name, hostname, traits } = service;
  const { source, site } = config;
  return {
    ...emptyDraft,
    name,
    hostname: hostname ?? "",
    ...typedSource(source),
    port: config.port === null ? "" : String(config.port),
    ...healthDraftOf(config, traits),
    healthSeconds: String(config.healthSeconds),
    drainSeconds: String(config.drainSeconds),
    replicas: String(config.replicas),
    memoryMiB: config.memoryMiB === undefined ? "" : String(config.memoryMiB),
    processors: config.processors === undefined ? "" : String(config.processors),
    beforeDeploy: config.beforeDeploy ?? "",
    names: config.names?.join(", ") ?? "",
    publish: portsDraftOf(config.publish),
    replace: config.replace ?? "rolling",
    stopSignal: config.stopSignal ?? "",
    stopSeconds: config.stopSeconds === undefined ? "" : String(config.stopSeconds),
    restart: config.restart ?? "always",
    init: config.init === undefined ? "" : config.init ? "yes" : "no",
    startCommand: config.startCommand ?? "",
    imageHealth: config.imageHealth ? "yes" : "no",
    ...(site ? { outputDirectory: site.outputDirectory, buildCommand: site.buildCommand ?? "", buildImage: site.buildImage, ...siteDraftOf(site) } : {}),
  };
}

/** Of what was typed that which the service does not have. */
export const changedIn = (kept: Draft, edits: Partial<Draft>): DraftField[] => (Object.keys(edits) as DraftField[]).filter((field) => edits[field] !== kept[field]);

const SOURCE_FIELDS = ["url", "branch", "rootDirectory", "reference"] as const;

/** As a person would have typed it, also where it cannot be read as a whole. */
function typedSource(source: Service["config"]["source"]): Partial<Draft> {
  const fields = SOURCE_FIELDS.flatMap((field) => (typeof source[field] === "string" ? [[field, source[field]]] : []));
  const fetched = Object.fromEntries((["submodules", "lfs"] as const).flatMap((field) => (source[field] === true ? [[field, "yes"]] : [])));
  return { ...fetched, ...(Object.hasOwn(sources, source.type) ? { from: source.type as SourceName } : {}), ...Object.fromEntries(fields) };
}

/** What it is made from: what was chosen, where a service like this can be made from it. */
export function sourceOf({ sources: possible }: Pick<Traits, "sources">, { from }: Pick<Draft, "from">): SourceName {
  const known = knownSources(possible);
  return known.includes(from) ? from : (known[0] ?? from);
}

export function configOf(traits: Traits, draft: Draft): ServiceConfig {
  const text = (value: string) => (value.trim() === "" ? null : value.trim());
  const process = runs(traits);
  const can = (setting: ShapeSetting) => canSet(traits, setting);
  const port = takesPort(traits, draft);
  const check = can("health") ? healthConfigOf(traits, draft) : { healthPath: port ? text(draft.healthPath) : null, imageHealth: process && draft.imageHealth === "yes" };
  return {
    source: sourceFrom(sourceOf(traits, draft), draft),
    port: port && draft.port.trim() ? Number(draft.port) : null,
    ...check,
    ...(can("startSeconds") && draft.startSeconds.trim() ? { startSeconds: Number(draft.startSeconds) } : {}),
    ...(can("stopSignal") && draft.stopSignal.trim() ? { stopSignal: draft.stopSignal.trim().toUpperCase() as ServiceConfig["stopSignal"] } : {}),
    ...(can("stopSeconds") && draft.stopSeconds.trim() ? { stopSeconds: Number(draft.stopSeconds) } : {}),
    ...(can("restart") && draft.restart !== "always" ? { restart: draft.restart as ServiceConfig["restart"] } : {}),
    ...(can("init") && draft.init ? { init: draft.init === "yes" } : {}),
    ...(can("beforeDeploy") && draft.beforeDeploy.trim() ? { beforeDeploy: draft.beforeDeploy.trim() } : {}),
    ...(can("names") && namesIn(draft.names).length > 0 ? { names: namesIn(draft.names) } : {}),
    ...(can("publish") && draft.publish.trim() ? { publish: portsIn(draft.publish) } : {}),
    ...(can("replace") && draft.replace !== "rolling" ? { replace: draft.replace as ServiceConfig["replace"] } : {}),
    ...(can("processors") && draft.processors.trim() ? { processors: Number(draft.processors) } : {}),
    healthSeconds: Number(draft.healthSeconds),
    drainSeconds: Number(draft.drainSeconds),
    replicas: process ? Number(draft.replicas) : 1,
    ...(process && draft.memoryMiB.trim() ? { memoryMiB: Number(draft.memoryMiB) } : {}),
    startCommand: process ? text(draft.startCommand) : null,
    site: makesSite(traits)
      ? { outputDirectory: draft.outputDirectory.trim(), buildCommand: text(draft.buildCommand), buildImage: draft.buildImage.trim() || emptyDraft.buildImage, ...siteAnswersOf(draft, can) }
      : null,
  };
}

const namesIn = (typed: string): string[] => typed.split(/[\s,]+/).filter(Boolean);

/** Whether a port is asked for: its shape has one, or its check needs one. */
export const takesPort = (traits: Traits, { health }: Pick<Draft, "health">): boolean => hasPort(traits) || (runs(traits) && traits.port === "optional" && asksPort(health));

/** The check is one setting, and stands in those of agents from before it was one. */
const CHECK = ["health", "healthPath", "imageHealth"] as const;

/** The settings that each field is a part of; the others are none of the config. */
const settingsOf: Partial<Record<DraftField, readonly (keyof ServiceConfig)[]>> = {
  from: ["source"], url: ["source"], branch: ["source"], rootDirectory: ["source"], submodules: ["source"], lfs: ["source"], reference: ["source"],
  port: ["port"], healthSeconds: ["healthSeconds"], drainSeconds: ["drainSeconds"], replicas: ["replicas"], memoryMiB: ["memoryMiB"], startCommand: ["startCommand"], startSeconds: ["startSeconds"],
  processors: ["processors"], replace: ["replace"], beforeDeploy: ["beforeDeploy"], names: ["names"], publish: ["publish"], stopSignal: ["stopSignal"], stopSeconds: ["stopSeconds"], restart: ["restart"], init: ["init"],
  health: [...CHECK, "port"], healthPath: CHECK, healthStatuses: CHECK, healthHeaders: CHECK, healthTimeout: CHECK, healthInterval: CHECK, healthCommand: CHECK, imageHealth: ["imageHealth"],
  outputDirectory: ["site"], buildCommand: ["site"], buildImage: ["site"], spa: ["site"], cleanUrls: ["site"], dotfiles: ["site"], cacheRules: ["site"],
};

/** The config with these fields as they were typed, null where none is of it. What was not touched, and what a newer agent knows besides, stays as it is. */
export function editedConfig(traits: Traits, draft: Draft, kept: Service["config"], changed: readonly DraftField[]): ServiceConfig | null {
  const settings = new Set(changed.flatMap((field) => settingsOf[field] ?? []));
  if (settings.size === 0) return null;
  const typed = configOf(traits, draft);
  const edited = { ...kept, ...Object.fromEntries([...settings].map((setting) => [setting, typed[setting]])) } as ServiceConfig;
  if (settings.has("source") && typed.source.type === kept.source.type) edited.source = { ...kept.source, ...typed.source };
  if (settings.has("site") && typed.site && kept.site) edited.site = { ...kept.site, ...typed.site };
  return edited;
}

/** The field that a refusal is about, where it is one that was typed. */
const refusedFields: Record<string, DraftField> = { NAME_TAKEN: "name", HOSTNAME_TAKEN: "hostname", PRIVATE_NAME_TAKEN: "name", SERVER_PORT_TAKEN: "publish" };

/** A refusal that belongs below a field, until something else is typed there; the others stand for themselves. */
export function refusedIn({ code, message, values }: Problem, draft: Draft): Wrong | null {
  const setting = code === "INVALID_INPUT" ? String(values.field).split(".") : [];
  const typed = setting[0] === "config" || setting[0] === "settings" ? fieldAt(setting.slice(1), draft) : undefined;
  if (typed !== undefined) return { [typed]: message };
  // Its own name may be another's further one, and the other way round.
  if (code === "PRIVATE_NAME_TAKEN" && namesIn(draft.names).includes(String(values.name))) return { names: message };
  if (code === "SERVER_PORT_TAKEN") return portsIn(draft.publish).some((port) => portWords(port) === values.port) ? { publish: message } : {};
  const field = Object.hasOwn(refusedFields, code) ? refusedFields[code]! : undefined;
  if (field === undefined || (field === "name" && values.what !== undefined && values.what !== "service")) return null;
  return draft[field].trim() === String(values[field] ?? "") ? { [field]: message } : {};
}

const ranges = ({ replicas }: Traits): Wrong => ({ port: "A port from 1 to 65535", replicas: `A number from 1 to ${replicas}` });

/** What to correct before it is sent. What was not touched is the agent's own word, unless that is a source which it does not take itself. */
export function wrongEdits(service: Pick<Service, "shape" | "traits" | "config">, draft: Draft, changed: readonly DraftField[]): Wrong {
  const { traits, config } = service;
  const asked = isForeign(service) || traits.sources.includes(config.source.type) ? [] : SOURCE_FIELDS;
  const judged = new Set<string>([...changed, ...asked]);
  return Object.fromEntries(Object.entries(wrongIn(traits, draft)).filter(([field]) => judged.has(field)));
}

/** Its settings cannot be shown here: of its kind, or of where it comes from, only a newer app knows them. */
export const isForeign = ({ shape, traits, config }: Pick<Service, "shape" | "traits" | "config">): boolean =>
  !knowsShape(shape) || (traits.sources.includes(config.source.type) && knownSources([config.source.type]).length === 0);

/** What the contract would refuse, by field, in its own words. */
export function wrongIn(traits: Traits, draft: Draft): Wrong {
  const wrong: Wrong = {};
  const named = names.serviceName.safeParse(draft.name);
  if (!named.success) wrong.name = named.error.issues[0]!.message;
  if (traits.routed && draft.hostname.trim()) {
    const host = names.hostname.safeParse(draft.hostname.trim());
    if (!host.success) wrong.hostname = host.error.issues[0]!.message;
  }
  const config = configOf(traits, draft);
  // How many instances a shape may have, the agent says with it.
  if (!(Number.isInteger(config.replicas) && config.replicas >= 1 && config.replicas <= traits.replicas)) wrong.replicas = ranges(traits).replicas;
  if (takesPort(traits, draft) && !hasPort(traits) && config.port === null) wrong.port = "A port from 1 to 65535, on which it is asked";
  const parsed = serviceConfig.omit({ replicas: true }).safeParse(config);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const field = fieldAt(issue.path, draft);
      const line = issue.path[0] === "site" || issue.path[0] === "publish" ? issue.path.find((part) => typeof part === "number") : undefined;
      if (field) wrong[field] ??= ranges(traits)[field] ?? (line === undefined ? issue.message : `Line ${line + 1}: ${issue.message}`);
    }
  }
  return wrong;
}

/** The field in which a part of the config is typed. */
function fieldAt(path: readonly PropertyKey[], draft: Draft): DraftField | undefined {
  if (path[0] === "health") return healthFieldOf(path[1]);
  if (path[0] === "publish") return "publish";
  // A list is one field, and so is what stands in its entries.
  return path.findLast((part) => part in draft) as DraftField | undefined;
}

/** A name for the service from what was typed first: the repository or the image. */
export function nameFrom(traits: Traits, draft: Draft): string {
  const from = suggestionFrom(sourceOf(traits, draft), draft);
  const last = from.split(/[/:]/).at(-1) ?? "";
  return last
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "")
    .slice(0, 60);
}
