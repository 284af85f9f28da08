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
  async look({ db, docker }, signal) {
    const ours = ownRecords(db, await buildCache(docker, signal));
    const hours = Map.groupBy(ours.filter(({ InUse }) => InUse !== true), hourOf);
    const items = [...hours].toSorted(([a], [b]) => a - b).map(([hour, records]) => ({
      id: String(hour),
      name: `${records.length} ${records.length === 1 ? "record" : "records"}`,
      serviceId: null,
      bytes: bytesOf(records),
      at: hour * HOUR_MS,
    }));
    return { bytes: bytesOf(ours), items };
  },
  async take({ db, docker, note }, id, signal) {
    // By what is so now: one that was used meanwhile is of another hour.
    const records = ownRecords(db, await buildCache(docker, signal)).filter((record) => String(hourOf(record)) === id && record.InUse !== true);
    if (records.length === 0) return false;
    const free = await pruneRecords(docker, records.map(({ ID }) => ID!));
    note("build cache taken", { records: records.length, free: size(free) });
    return true;
  },
};

const hourOf = ({ LastUsedAt }: CacheRecord): number => Math.floor((Date.parse(LastUsedAt ?? "") || 0) / HOUR_MS);

/** A shared record is part of an image: it takes nothing besides. */
const bytesOf = (records: readonly CacheRecord[]): number => records.reduce((sum, { Size = 0, Shared }) => sum + (Shared === true ? 0 : Math.max(0, Size)), 0);

function ownRecords(db: Db, records: readonly CacheRecord[]): CacheRecord[] {
  const ours = new Map(listBuildRecords(db).map(({ id, uses }) => [id, uses]));
  return records.filter(({ ID, UsageCount }) => ID !== undefined && ours.get(ID) === UsageCount);
}
