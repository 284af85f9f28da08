import type { CacheRecord } from "../docker/build-cache.ts";
import type { BuildRecord } from "../store/index.ts";

/** What one build of ours made of the cache that all who build on this Docker share. */
export type Own = { ours: BuildRecord[]; gone: string[] };

const isUsed = ({ InUse }: CacheRecord) => InUse === true;

/**
 * Records that a build of ours made or used, by what there was before and after it. Docker tells of no record whose it is:
 * only where nobody else can have built meanwhile are they ours. Whoever builds reads one Dockerfile and one context, or a
 * repository; so where there is more than ours can have read, or anything is in use, nothing is told.
 */
export function ownRecords(before: readonly CacheRecord[], after: readonly CacheRecord[], known: readonly BuildRecord[]): Own {
  const then = new Map(before.map(({ ID, UsageCount }) => [ID, UsageCount ?? 0]));
  const mine = new Map(known.map(({ id, uses }) => [id, uses]));
  const here = new Set(after.map(({ ID }) => ID));
  const gone = known.flatMap(({ id }) => (here.has(id) ? [] : [id]));
  if (before.some(isUsed) || after.some(isUsed)) return { ours: [], gone };
  const touched = after.filter(({ ID, UsageCount }) => ID !== undefined && then.get(ID) !== (UsageCount ?? 0));
  if (builders(touched) > 1) return { ours: [], gone };
  // One that others made or used before stays theirs too.
  const isOurs = ({ ID }: CacheRecord) => !then.has(ID) || mine.get(ID!) === then.get(ID);
  return { ours: touched.filter(isOurs).map(({ ID, UsageCount }) => ({ id: ID!, uses: UsageCount ?? 0 })), gone };
}

/** How many builds must have read what was read. */
function builders(touched: readonly CacheRecord[]): number {
  const read = touched.filter(({ Type }) => Type?.startsWith("source."));
  const counts = Map.groupBy(read, ({ Type, Description }) => (Type === "source.local" ? Description : "elsewhere"));
  // An older BuildKit reads the context once more, for its .dockerignore.
  const each = (what: string | undefined, records: number) => (what === "elsewhere" ? 2 : what === "local source for context" ? Math.ceil(records / 2) : records);
  return Math.max(0, ...[...counts].map(([what, records]) => each(what, records.length)));
}
