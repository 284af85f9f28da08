/** How many of a thing there may be at a time: in all, of all people together, and of one of them. */
export type Share = { all: number; people: number; each: number };

/** People never have more than half, so that an owner gets through whatever they do. */
export const SHARES = {
  terminals: { all: 32, people: 16, each: 8 },
  transfers: { all: 32, people: 16, each: 8 },
  /** In memory until all of it has come: 1 MiB each at most. */
  uploads: { all: 8, people: 4, each: 2 },
} as const satisfies Record<string, Share>;

/** Whose it is; null: an owner's. */
type Taker = string | null;
/** Whose the bound is, as a sentence begins. */
export const WHO = { own: "You have", people: "People have", all: "This server has" } as const;
export type Broken = { bound: number; who: (typeof WHO)[keyof typeof WHO]; counts: (taker: Taker) => boolean };

/** The bound that one more would break, whose it is, and who is counted for it; or null. */
export function brokenBound({ all, people, each }: Share, takers: readonly Taker[], person: Taker): Broken | null {
  const bounds: Broken[] = [{ bound: all, who: WHO.all, counts: () => true }];
  if (person !== null) bounds.unshift({ bound: each, who: WHO.own, counts: (taker) => taker === person }, { bound: people, who: WHO.people, counts: (taker) => taker !== null });
  return bounds.find(({ bound, counts }) => takers.filter(counts).length >= bound) ?? null;
}
