import { all, insert, one, run, update, type Db } from "./sql.ts";
import { instanceWritten } from "./written.ts";

/**
 * starting: launched by a running job, asked for nothing yet · live: was checked, gets requests · down: its process ended,
 * gets requests again when it answers · retiring: drains · gone: only this row tells of it.
 */
export type InstanceState = "starting" | "live" | "down" | "retiring" | "gone";

/** One process of a release; a repaired one keeps its row and its address over several containers. */
export type InstanceRow = {
  id: string;
  releaseId: string;
  /** 1 to 8; while a service is replaced or restarted two instances may have the same. */
  ordinal: number;
  /** On the network of its environment; null once it is gone. */
  address: string | null;
  containerId: string | null;
  containerName: string | null;
  state: InstanceState;
  createdAt: number;
  /** When a job asked its process to end last, for what is to come. */
  askedToEndAt: number | null;
  endedAt: number | null;
};

/** Of those that are gone, so many rows stay with a release. */
const KEPT_GONE = 16;

export function createInstance(db: Db, instance: Pick<InstanceRow, "id" | "releaseId" | "ordinal" | "address">): InstanceRow {
  const row: InstanceRow = { ...instance, containerId: null, containerName: null, state: "starting", createdAt: Date.now(), askedToEndAt: null, endedAt: null };
  insert(db, "instance", row);
  return row;
}

export const findInstance = (db: Db, id: string) => one<InstanceRow>(db, "SELECT * FROM instance WHERE id = ?", id);

export const findInstanceByContainer = (db: Db, containerId: string) =>
  one<InstanceRow>(db, "SELECT * FROM instance WHERE containerId = ? ORDER BY id DESC", containerId);

/** All that have or will have a container, by ordinal, the older first. */
export const instancesOfRelease = (db: Db, releaseId: string): InstanceRow[] =>
  all<InstanceRow>(db, "SELECT * FROM instance WHERE releaseId = ? AND state <> 'gone' ORDER BY ordinal, id", releaseId);

export const instancesOfService = (db: Db, serviceId: string): InstanceRow[] =>
  all<InstanceRow>(
    db,
    `SELECT instance.* FROM release JOIN instance ON instance.releaseId = release.id
     WHERE release.serviceId = ? AND instance.state <> 'gone' ORDER BY instance.ordinal, instance.id`,
    serviceId,
  );

/** What serves while its release is the live one: one instance for each ordinal, the newest where there are more. */
export function servingInstances(db: Db, releaseId: string): InstanceRow[] {
  const serving = instancesOfRelease(db, releaseId).filter(({ state }) => state === "live" || state === "down");
  return [...new Map(serving.map((instance) => [instance.ordinal, instance])).values()];
}

/** Of all services that are to run: the instances that get requests. */
export const allServing = (db: Db): { id: string; releaseId: string; serviceId: string }[] =>
  all(
    db,
    `SELECT instance.id, instance.releaseId, service.id AS serviceId FROM service JOIN instance ON instance.releaseId = service.liveReleaseId
     WHERE service.intent = 'running' AND instance.state = 'live'`,
  );

/** Where requests go: to all that are live; where none is, to those that are expected back. */
export function servingAddresses(db: Db, releaseId: string): string[] {
  const serving = servingInstances(db, releaseId);
  const live = serving.filter(({ state }) => state === "live");
  return (live.length > 0 ? live : serving).flatMap(({ address }) => address ?? []);
}

/** Addresses that an environment's instances hold now or will hold, so that no two get the same; and those of jobs that are none, by their checkpoint. */
export const addressesInUse = (db: Db, environmentId: string): string[] =>
  all<{ address: string }>(
    db,
    `SELECT instance.address FROM service JOIN release ON release.serviceId = service.id
       JOIN instance ON instance.releaseId = release.id
     WHERE service.environmentId = ? AND instance.address IS NOT NULL AND instance.state <> 'gone'
     UNION ALL
     SELECT CASE WHEN json_valid(checkpoint) THEN checkpoint ->> 'address' END AS address FROM job
     WHERE endedAt IS NULL AND environmentId = ? AND address IS NOT NULL`,
    environmentId,
    environmentId,
  ).map(({ address }) => address);

export function updateInstance(db: Db, id: string, change: Partial<Pick<InstanceRow, "address" | "containerId" | "containerName" | "state" | "askedToEndAt" | "endedAt">>): void {
  update(db, "instance", id, change);
  instanceWritten(db, id);
}

/** From one state to another; answers false when it is in neither of what is expected any more. */
export function turnInstance(db: Db, id: string, from: InstanceState, to: InstanceState): boolean {
  const turned = run(db, "UPDATE instance SET state = ? WHERE id = ? AND state = ?", to, id, from) > 0;
  if (turned) instanceWritten(db, id);
  return turned;
}

export function endInstance(db: Db, { id, releaseId }: Pick<InstanceRow, "id" | "releaseId">): void {
  update(db, "instance", id, { state: "gone", address: null, endedAt: Date.now() });
  instanceWritten(db, id);
  run(
    db,
    `DELETE FROM instance WHERE state = 'gone' AND id IN
       (SELECT id FROM instance WHERE releaseId = ? AND state = 'gone' ORDER BY id DESC LIMIT -1 OFFSET ${KEPT_GONE})`,
    releaseId,
  );
}
