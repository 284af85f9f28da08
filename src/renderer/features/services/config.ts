import { names, serviceConfig, sources, type Service, type ServiceConfig, type SourceName, type Traits } from "@aeroplane/agent/contract";
import { hasPort, makesSite, runs } from "../../shapes/shapes.ts";
import { knownSources, sourceFrom, suggestionFrom } from "../../shapes/sources.ts";

/** The settings of a service as a person types them: everything is text until it is sent. */
export type Draft = {
  name: string;
  hostname: string;
  from: SourceName;
  url: string;
  branch: string;
  rootDirectory: string;
  reference: string;
  port: string;
  healthPath: string;
  healthSeconds: string;
  drainSeconds: string;
  replicas: string;
  startCommand: string;
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
  reference: "",
  port: "",
  healthPath: "",
  healthSeconds: "60",
  drainSeconds: "10",
  replicas: "1",
  startCommand: "",
  outputDirectory: "",
  buildCommand: "",
  buildImage: "node:24-slim",
};

export function draftOf(service: Service): Draft {
  const { config, name, hostname } = service;
  const { source, site } = config;
  return {
    ...emptyDraft,
    name,
    hostname: hostname ?? "",
    ...typedSource(source),
    port: config.port === null ? "" : String(config.port),
    healthPath: config.healthPath ?? "",
    healthSeconds: String(config.healthSeconds),
    drainSeconds: String(config.drainSeconds),
    replicas: String(config.replicas),
    startCommand: config.startCommand ?? "",
    ...(site ? { outputDirectory: site.outputDirectory, buildCommand: site.buildCommand ?? "", buildImage: site.buildImage } : {}),
  };
}

const SOURCE_FIELDS = ["url", "branch", "rootDirectory", "reference"] as const;

/** As a person would have typed it, also where it cannot be read as a whole. */
function typedSource(source: Service["config"]["source"]): Partial<Draft> {
  const fields = SOURCE_FIELDS.flatMap((field) => (typeof source[field] === "string" ? [[field, source[field]]] : []));
  return { ...(Object.hasOwn(sources, source.type) ? { from: source.type as SourceName } : {}), ...Object.fromEntries(fields) };
}

/** What it is made from: what was chosen, where a service like this can be made from it. */
export function sourceOf({ sources: possible }: Pick<Traits, "sources">, { from }: Pick<Draft, "from">): SourceName {
  const known = knownSources(possible);
  return known.includes(from) ? from : (known[0] ?? from);
}

/** `kept`: what a newer agent knows of it besides stays as it is. */
export function configOf(traits: Traits, draft: Draft, kept?: Service["config"]): ServiceConfig {
  const text = (value: string) => (value.trim() === "" ? null : value.trim());
  const process = runs(traits);
  const port = hasPort(traits);
  return {
    ...kept,
    source: sourceFrom(sourceOf(traits, draft), draft),
    port: port && draft.port.trim() ? Number(draft.port) : null,
    healthPath: port ? text(draft.healthPath) : null,
    healthSeconds: Number(draft.healthSeconds),
    drainSeconds: Number(draft.drainSeconds),
    replicas: process ? Number(draft.replicas) : 1,
    startCommand: process ? text(draft.startCommand) : null,
    site: makesSite(traits)
      ? { outputDirectory: draft.outputDirectory.trim(), buildCommand: text(draft.buildCommand), buildImage: draft.buildImage.trim() || emptyDraft.buildImage }
      : null,
  };
}

const ranges = ({ replicas }: Traits): Wrong => ({ port: "A port from 1 to 65535", replicas: `A number from 1 to ${replicas}` });

/** What the contract would refuse, by field, in its own words. */
export function wrongIn(traits: Traits, draft: Draft): Wrong {
  const wrong: Wrong = {};
  const named = names.serviceName.safeParse(draft.name);
  if (!named.success) wrong.name = named.error.issues[0]!.message;
  if (traits.routed && draft.hostname.trim()) {
    const host = names.hostname.safeParse(draft.hostname.trim());
    if (!host.success) wrong.hostname = host.error.issues[0]!.message;
  }
  const parsed = serviceConfig.safeParse(configOf(traits, draft));
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const field = issue.path.at(-1) as DraftField | undefined;
      if (field && field in draft) wrong[field] ??= ranges(traits)[field] ?? issue.message;
    }
  }
  return wrong;
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
