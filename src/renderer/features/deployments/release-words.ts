import { entryOf, type Comparison, type Release } from "@aeroplane/agent/contract";

/** What a release is called: its commit, else its image. */
export const releaseName = ({ commit, image }: Pick<Release, "commit" | "image">): string => (commit ? `${commit.sha.slice(0, 7)} ${commit.message}` : (image ?? "Release"));

const fields: Record<string, string> = {
  shape: "Kind",
  "source.type": "Source",
  "source.url": "Repository",
  "source.branch": "Branch",
  "source.rootDirectory": "Root directory",
  "source.submodules": "Submodules",
  "source.lfs": "Git LFS files",
  "source.reference": "Image",
  port: "Port",
  healthPath: "Health path",
  healthSeconds: "Seconds for the check",
  drainSeconds: "Seconds to drain",
  replicas: "Instances",
  memoryMiB: "Memory in MiB",
  startCommand: "Start command",
  imageHealth: "Health check of the image",
  "site.outputDirectory": "Output folder",
  "site.buildCommand": "Build command",
  "site.buildImage": "Build image",
};

/** A setting that this window does not know is called by its path. */
export const fieldName = (path: string): string => entryOf(fields, path) ?? path;

export function valueWords(value: Comparison["settings"][number]["from"]): string {
  if (value === null || value === "") return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "string" ? value : JSON.stringify(value);
}

const changes: Record<string, string> = { added: "added", removed: "removed", changed: "other value" };
export const changeWords = (change: string): string => entryOf(changes, change) ?? change;
