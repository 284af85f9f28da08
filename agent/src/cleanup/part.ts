import type { StorageSettings } from "../../contract/index.ts";
import type { DeployDeps } from "../deploy/deps.ts";

/** Whose disk it lies on; often they are one. */
export type Place = "data" | "engine";

export type Deps = Pick<DeployDeps, "db" | "docker" | "paths" | "instanceId" | "note" | "changes">;

/** One thing that may go. */
export type Item = {
  id: string;
  name: string;
  serviceId: string | null;
  /** That come free at least: what others hold too is not counted. */
  bytes: number;
  at: number;
  /** Over a count, or nobody's at all: it goes whatever room there is. */
  over?: boolean;
  /** Where it lies elsewhere than the rest of its part. */
  on?: Place;
  /** The nearest way back of a service: only a person takes it. */
  nearest?: boolean;
};

/** What is there of it, and of that all that may go, the oldest first. */
export type Found = { bytes: number; items: Item[] };

/** One kind of thing that is kept for a while: what it takes, and how it goes. It never sees what is not ours. */
export type Part = {
  name: string;
  words: { name: string; about: string };
  /** Its field in the settings, and what stands in for it where nobody set one; null: nothing of it is wanted. */
  budget: { field: "imagesBytes" | "cacheBytes" | "logsBytes"; ofDisk: number; least: number; most: number } | null;
  on: Place;
  /** Taking it writes nothing into the store. */
  storeless?: true;
  look(deps: Deps, signal: AbortSignal): Promise<Found>;
  /** Takes it where it may still go; answers false where it is needed by now, or gone. Idempotent. */
  take(deps: Deps, id: string, signal: AbortSignal): Promise<boolean>;
};

export type Disk = { path: string; free: number; total: number };
/** Where our own files lie, and Docker's. `same`: they are one disk. */
export type Disks = Record<Place, Disk> & { same: boolean };

/** In bytes; null: nothing of it is wanted. */
export function budgetOf({ budget, on }: Part, settings: StorageSettings, disks: Disks): number | null {
  if (budget === null) return null;
  return settings[budget.field] ?? Math.round(Math.min(budget.most, Math.max(budget.least, disks[on].total * budget.ofDisk)));
}

const GiB = 1024 ** 3;
/** A tenth of the disk, and of a large one as much as a build or a pull needs. */
export const markOf = ({ freeBytes }: StorageSettings, { total }: Disk): number => freeBytes ?? Math.round(Math.min(20 * GiB, total / 10));
