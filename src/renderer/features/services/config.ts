import { MOST_REPLICAS, names, serviceConfig, type Service, type ServiceConfig, type ServiceKind } from "@aeroplane/agent/contract";

/** The settings of a service as a person types them: everything is text until it is sent. */
export type Draft = {
  name: string;
  hostname: string;
  from: "git" | "image";
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
    from: source.type,
    ...(source.type === "git" ? { url: source.url, branch: source.branch, rootDirectory: source.rootDirectory } : { reference: source.reference }),
    port: config.port === null ? "" : String(config.port),
    healthPath: config.healthPath ?? "",
    healthSeconds: String(config.healthSeconds),
    drainSeconds: String(config.drainSeconds),
    replicas: String(config.replicas),
    startCommand: config.startCommand ?? "",
    ...(site ? { outputDirectory: site.outputDirectory, buildCommand: site.buildCommand ?? "", buildImage: site.buildImage } : {}),
  };
}

/** Whether a kind's source is an image; only a worker may choose. */
export const takesImage = (kind: ServiceKind, draft: Draft) => kind === "image" || (kind === "worker" && draft.from === "image");

export function configOf(kind: ServiceKind, draft: Draft): ServiceConfig {
  const text = (value: string) => (value.trim() === "" ? null : value.trim());
  const runs = kind !== "static";
  const routed = kind === "git" || kind === "image";
  return {
    source: takesImage(kind, draft)
      ? { type: "image", reference: draft.reference.trim() }
      : { type: "git", url: draft.url.trim(), branch: draft.branch.trim(), rootDirectory: draft.rootDirectory.trim() },
    port: routed && draft.port.trim() ? Number(draft.port) : null,
    healthPath: routed ? text(draft.healthPath) : null,
    healthSeconds: Number(draft.healthSeconds),
    drainSeconds: Number(draft.drainSeconds),
    replicas: runs ? Number(draft.replicas) : 1,
    startCommand: runs ? text(draft.startCommand) : null,
    site:
      kind === "static"
        ? { outputDirectory: draft.outputDirectory.trim(), buildCommand: text(draft.buildCommand), buildImage: draft.buildImage.trim() || emptyDraft.buildImage }
        : null,
  };
}

const ranges: Wrong = { port: "A port from 1 to 65535", replicas: `A number from 1 to ${MOST_REPLICAS}` };

/** What the contract would refuse, by field, in its own words. */
export function wrongIn(kind: ServiceKind, draft: Draft): Wrong {
  const wrong: Wrong = {};
  const named = names.serviceName.safeParse(draft.name);
  if (!named.success) wrong.name = named.error.issues[0]!.message;
  if (kind !== "worker" && draft.hostname.trim()) {
    const host = names.hostname.safeParse(draft.hostname.trim());
    if (!host.success) wrong.hostname = host.error.issues[0]!.message;
  }
  const parsed = serviceConfig.safeParse(configOf(kind, draft));
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const field = issue.path.at(-1) as DraftField | undefined;
      if (field && field in draft) wrong[field] ??= ranges[field] ?? issue.message;
    }
  }
  return wrong;
}

/** A name for the service from what was typed first: the repository or the image. */
export function nameFrom(kind: ServiceKind, draft: Draft): string {
  const from = takesImage(kind, draft) ? draft.reference.replace(/[:@].*$/, "") : draft.url.replace(/\.git$/, "");
  const last = from.split(/[/:]/).at(-1) ?? "";
  return last
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "")
    .slice(0, 60);
}
