import type { StagedDifference, StagedReview } from "@aeroplane/agent/contract";

/** A row as it is shown: one that is gone already stands there until the review is closed, to be taken back. */
export type Shown = StagedDifference & { gone: boolean; /** It came, or became another one, while the review was open. */ fresh: boolean; /** It was discarded here and taken back. */ back: boolean };
/** What was discarded here, and whose it was. */
export type Gone = { row: StagedDifference; owner: string };
type Part = { serviceId: string | null; name: string; rows: Shown[] };

const placeOf = ({ serviceId, aspect, name }: StagedDifference) => `${serviceId} ${aspect} ${name}`;

/** Discarded once more, it is there once. */
export const withGone = (before: readonly Gone[], one: Gone): Gone[] => [...before.filter(({ row }) => placeOf(row) !== placeOf(one.row)), one];

/** What waits, with what was discarded meanwhile at its place; `first`: the rows that were there when it was opened. */
export function partsOf(parts: StagedReview["parts"], gone: readonly Gone[], first: ReadonlySet<string> | null): Part[] {
  const owners = new Map([...gone.map(({ row, owner }) => [row.serviceId, owner] as const), ...parts.map(({ serviceId, name }) => [serviceId, name] as const)]);
  const there = parts.flatMap(({ rows }) => rows);
  const places = new Set(there.map(placeOf));
  const own = new Set(gone.map(({ row }) => placeOf(row)));
  const rows = [
    ...there.map((row): Shown => ({ ...row, gone: false, back: own.has(placeOf(row)), fresh: first !== null && !first.has(row.id) && !own.has(placeOf(row)) })),
    ...gone.filter(({ row }) => !places.has(placeOf(row))).map(({ row }): Shown => ({ ...row, gone: true, back: false, fresh: false })),
  ].sort((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
  // What is shared first; ids of services begin with the time of their making.
  const byAge = [...owners].sort(([one], [other]) => ((one ?? "") < (other ?? "") ? -1 : 1));
  return byAge.map(([serviceId, name]) => ({ serviceId, name, rows: rows.filter((row) => row.serviceId === serviceId) })).filter((part) => part.rows.length > 0);
}
