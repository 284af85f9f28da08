import type { ServiceConfig } from "../../contract/index.ts";
import { configOf, type StoredConfig } from "./config.ts";
import { all, insert, json, one, run, update, type Db } from "./sql.ts";
import { serviceWritten } from "./written.ts";

/** What a person wants of it; `deleted` stays until the last trace of it is gone. */
export type Intent = "running" | "stopped" | "deleted";

export type ServiceRow = {
  id: string;
  projectId: string;
  environmentId: string;
  name: string;
  /** One of shapes/; in a damaged row any word. */
  shape: string;
  config: StoredConfig;
  /** What of its settings could not be read and stands at its default; null: nothing. */
  damage: string | null;
  /** The address behind its private name, the same for its whole life. */
  virtualAddress: string | null;
  intent: Intent;
  intentSince: number;
  /** Of one that the agent itself has stopped, why: JSON; null: a person did, or it is to run. */
  stoppedFor: string | null;
  liveReleaseId: string | null;
  liveSince: number | null;
  createdAt: number;
};
type Stored = Omit<ServiceRow, "config" | "damage"> & { config: string };

const row = (stored: Stored): ServiceRow => ({ ...stored, ...configOf(stored.config, stored.id) });

export type NewService = Pick<ServiceRow, "id" | "projectId" | "environmentId" | "name" | "shape"> & { config: ServiceConfig };

export function createService(db: Db, service: NewService): void {
  const now = Date.now();
  insert(db, "service", {
    ...service,
    config: json(service.config),
    virtualAddress: null,
    intent: "running",
    intentSince: now,
    liveReleaseId: null,
    liveSince: null,
    createdAt: now,
  });
}

export function findService(db: Db, id: string): ServiceRow | undefined {
  const stored = one<Stored>(db, "SELECT * FROM service WHERE id = ?", id);
  return stored && row(stored);
}
export function findServiceByName(db: Db, environmentId: string, name: string): ServiceRow | undefined {
  const stored = one<Stored>(db, "SELECT * FROM service WHERE environmentId = ? AND name = ?", environmentId, name);
  return stored && row(stored);
}
const PAGE = 100;

export type ServicePage = { projectId?: string | undefined; environmentId?: string | undefined; after?: string | undefined; limit?: number | undefined };

/** Of an environment, of a project, or all; by age. `after`: those after that service. */
export function listServices(db: Db, { projectId, environmentId, after, limit }: ServicePage = {}): ServiceRow[] {
  const page = [after ?? "", limit ?? -1] as const;
  const select = (column: string, id: string) => all<Stored>(db, `SELECT * FROM service WHERE ${column} = ? AND id > ? ORDER BY id LIMIT ?`, id, ...page);
  if (environmentId !== undefined) return select("environmentId", environmentId).map(row);
  if (projectId !== undefined) return select("projectId", projectId).map(row);
  return all<Stored>(db, "SELECT * FROM service WHERE id > ? ORDER BY id LIMIT ?", ...page).map(row);
}
/** All of them by age, a page at a time: a pass over thousands never has them in memory at once. */
export function* eachService(db: Db): Generator<ServiceRow> {
  let after: string | undefined;
  for (;;) {
    const page = listServices(db, { limit: PAGE, ...(after === undefined ? {} : { after }) });
    yield* page;
    if (page.length < PAGE) return;
    after = page.at(-1)!.id;
  }
}
/** Whether one of it is to run and has what to run. */
export const needsNetwork = (db: Db, environmentId: string): boolean =>
  one(db, "SELECT 1 FROM service WHERE environmentId = ? AND intent = 'running' AND liveReleaseId IS NOT NULL LIMIT 1", environmentId) !== undefined;
export const servicesOfEnvironment = (db: Db, environmentId: string): ServiceRow[] => listServices(db, { environmentId });

export const updateService = (
  db: Db,
  id: string,
  change: { name?: string; config?: ServiceConfig; virtualAddress?: string | null },
) => {
  const { config, ...rest } = change;
  return update(db, "service", id, { ...rest, ...(config === undefined ? {} : { config: json(config) }) });
};

export function setIntent(db: Db, id: string, intent: Intent, stoppedFor: string | null = null): void {
  update(db, "service", id, { intent, intentSince: Date.now(), stoppedFor });
  serviceWritten(db, id);
}

export function setLiveRelease(db: Db, id: string, releaseId: string | null): void {
  update(db, "service", id, { liveReleaseId: releaseId, liveSince: releaseId === null ? null : Date.now() });
  serviceWritten(db, id);
}

/** Takes its variables, releases and deployments along. */
export const deleteService = (db: Db, id: string) => run(db, "DELETE FROM service WHERE id = ?", id);
