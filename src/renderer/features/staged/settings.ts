import { portsDraftOf } from "../services/config-ports.ts";

/** What a setting is called where it is changed; of one that a newer agent knows, its own name in words. */
const names: Record<string, string> = {
  healthSeconds: "Time to become healthy",
  drainSeconds: "Time to finish at the end",
  replicas: "Instances",
  memoryMiB: "Memory of each instance",
  imageHealth: "HEALTHCHECK of the image",
  health: "Health check",
  startSeconds: "Time to start",
  stopSeconds: "Time from the signal to the kill",
  restart: "Started again when it ends",
  init: "Process 1",
  replace: "A new release",
  beforeDeploy: "Command before a deploy",
  names: "More private names",
  publish: "Ports of the server",
  processors: "Processors of each instance",
  "site spa": "A page that is not there",
  "site cleanUrls": "Addresses without .html",
  "site dotfiles": "Files that begin with a dot",
  "site cacheRules": "How long files are kept",
  "source type": "Made from",
  "source url": "Repository",
  "source lfs": "Git LFS files",
  "source reference": "Image",
  "site outputDirectory": "Folder to serve",
};

/** What stands there while nothing was typed. */
const unset: Record<string, string> = {
  port: "from the image",
  startCommand: "from the image",
  memoryMiB: "three quarters of the server’s",
  "source rootDirectory": "the repository’s root",
  "site outputDirectory": "the root directory",
};

const units: Record<string, string> = { healthSeconds: "s", drainSeconds: "s", startSeconds: "s", stopSeconds: "s", memoryMiB: "MB" };

/** One line of a difference; null: nothing was, or will be, typed there. */
export type Line = { name: string; before: string | null; after: string | null; /** Instead of null. */ unset: string };

/** "startSeconds" is "Start seconds". */
function inWords(field: string): string {
  const words = field.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const settingName = (field: string): string => own(names, field) ?? inWords(field);

const own = (table: Record<string, string>, key: string): string | undefined => (Object.hasOwn(table, key) ? table[key] : undefined);

const isParts = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

function shown(key: string, value: unknown): string | null {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value;
  if (key === "publish" && Array.isArray(value)) return portsDraftOf(value as Parameters<typeof portsDraftOf>[0]).replaceAll("\n", ", ") || null;
  if (Array.isArray(value)) return value.length === 0 ? null : value.map((each) => (typeof each === "string" || typeof each === "number" ? String(each) : JSON.stringify(each))).join(", ");
  const unit = own(units, key);
  return typeof value === "number" ? (unit ? `${value} ${unit}` : String(value)) : JSON.stringify(value);
}

/** What differs between two values of a setting: one line, or of one with parts a line for each part that differs. */
export function settingLines(field: string, before: unknown, after: unknown): Line[] {
  if (!isParts(before) && !isParts(after)) return [line(field, field, before, after)];
  const [was, is] = [isParts(before) ? before : {}, isParts(after) ? after : {}];
  const parts = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const differing = parts.filter((part) => shown("", was[part]) !== shown("", is[part]));
  if (differing.length === 0) return [line(field, field, null, null)];
  return differing.map((part) => line(`${field} ${part}`, part, was[part], is[part]));
}

const line = (key: string, field: string, before: unknown, after: unknown): Line => ({
  name: own(names, key) ?? inWords(field),
  before: shown(key, before),
  after: shown(key, after),
  unset: own(unset, key) ?? "not set",
});
