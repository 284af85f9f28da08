import { size } from "../../contract/index.ts";
import { buildCache, pruneRecords, type CacheRecord } from "../docker/build-cache.ts";
import { listBuildRecords, type Db } from "../store/index.ts";
import type { Part } from "./part.ts";

const GiB = 1024 ** 3;
const HOUR_MS = 3_600_000;

/** What our builds left in Docker's own build cache: those records that nobody else has used since. */
export const cache: Part = {
  name: "cache",
  words: { name: "Build cache", about: "What builds of this server made and read, so that the next one is quicker" },
  budget: { field: "cacheBytes", ofDisk: 0.1, least: 2 * GiB, most: 50 * GiB },
  on: "engine",
  storeless: true,
  async look({ db, docker }, signal) {
    const records = await buildCache(docker, signal);
    const items = [...removable(db, records)].toSorted(([a], [b]) => a - b).map(([hour, own]) => ({
      id: String(hour),
      name: `${own.length} ${own.length === 1 ? "record" : "records"}`,
      serviceId: null,
      bytes: bytesOf(own),
      at: hour * HOUR_MS,
    }));
    return { bytes: bytesOf(ownRecords(db, records)), items };
  },
  async take({ db, docker, note }, id, signal) {
    // By what is so now: one that was used meanwhile is of another hour.
    const records = removable(db, await buildCache(docker, signal)).get(Number(id)) ?? [];
    if (records.length === 0) return false;
    const free = await pruneRecords(docker, records.map(({ ID }) => ID!));
    note("build cache taken", { records: records.length, free: size(free) });
    return true;
  },
};

const hourOf = ({ LastUsedAt }: CacheRecord): number => Math.floor((Date.parse(LastUsedAt ?? "") || 0) / HOUR_MS);

/**
 * By the hour in which they, or what stands on them, were used last, each after what stands on it: BuildKit removes nothing
 * that another record stands on. So what is in use, or holds up what is not ours, is not among them.
 */
export function removable(db: Db, records: readonly CacheRecord[]): Map<number, CacheRecord[]> {
  const ours = new Set(ownRecords(db, records).filter(({ InUse }) => InUse !== true));
  const above = new Map<string, CacheRecord[]>();
  for (const record of records) {
    for (const id of record.Parents ?? (record.Parent ? [record.Parent] : [])) above.set(id, above.get(id) ?? []).get(id)!.push(record);
  }
  const hours = new Map<CacheRecord, number>();
  const lastHour = (record: CacheRecord): number => {
    const known = hours.get(record);
    if (known !== undefined) return known;
    const hour = Math.max(ours.has(record) ? hourOf(record) : Number.POSITIVE_INFINITY, ...(above.get(record.ID ?? "") ?? []).map(lastHour));
    hours.set(record, hour);
    return hour;
  };
  for (const record of ours) lastHour(record);
  return Map.groupBy([...hours.keys()].filter((record) => Number.isFinite(hours.get(record))), (record) => hours.get(record)!);
}

/** A shared record is part of an image: it takes nothing besides. */
const bytesOf = (records: readonly CacheRecord[]): number => records.reduce((sum, { Size = 0, Shared }) => sum + (Shared === true ? 0 : Math.max(0, Size)), 0);

function ownRecords(db: Db, records: readonly CacheRecord[]): CacheRecord[] {
  const ours = new Map(listBuildRecords(db).map(({ id, uses }) => [id, uses]));
  return records.filter(({ ID, UsageCount }) => ID !== undefined && ours.get(ID) === UsageCount);
}
