/** The label that says whose an object is; nothing without it is ever touched. */
export const LABEL = "run.aeroplane";

export type Owner = {
  instance: string;
  project?: string;
  environment?: string;
  service?: string;
  release?: string;
  job?: string;
  /** Of a volume: its id. */
  volume?: string;
  /** Which instance of its release: the id of its row, and its ordinal for people. */
  replica?: string;
  ordinal?: string;
  /** Of a command that is run once: it is no instance, and nothing of what the service says or keeps. */
  once?: string;
};

/** Eight characters of the random tail of an id: its head is a clock, which two instances may share. */
export function short(id: string): string {
  return id.replaceAll("-", "").slice(-12, -4);
}

export function labels(owner: Owner): Record<string, string> {
  return Object.fromEntries(
    Object.entries(owner)
      .filter((entry): entry is [string, string] => typeof entry[1] === "string")
      .map(([key, value]) => [`${LABEL}.${key}`, value]),
  );
}

/** Reads back what `labels` wrote; null when the object is not one of ours. */
export function ownerOf(found: Record<string, string> | undefined): Owner | null {
  const instance = found?.[`${LABEL}.instance`];
  if (instance === undefined) return null;
  const read = (key: string) => found?.[`${LABEL}.${key}`];
  return {
    instance,
    project: read("project"),
    environment: read("environment"),
    service: read("service"),
    release: read("release"),
    job: read("job"),
    volume: read("volume"),
    replica: read("replica"),
    ordinal: read("ordinal"),
    once: read("once"),
  };
}

/** Null: of a container from before releases had several instances. */
export function ordinalOf(owner: Owner | null): number | null {
  return owner?.ordinal === undefined ? null : Number(owner.ordinal);
}

export function objectName(instanceId: string, ...parts: string[]): string {
  return ["aeroplane", short(instanceId), ...parts].join("-");
}

/** Keeps an image from being pruned, and is all that is removed when its release is forgotten. */
export function imageTag(instanceId: string, serviceId: string, releaseId: string): string {
  return `aeroplane-${short(instanceId)}/${serviceId}:${releaseId}`;
}
