import { expect, test } from "vitest";
import { brokenBound, SHARES } from "./shares.ts";

test.each(Object.entries(SHARES))("of %s, nobody takes what an owner needs, and none of the people what another needs", (_, share) => {
  const takers: (string | null)[] = [];
  const fill = (person: string | null) => {
    let taken = 0;
    for (; brokenBound(share, takers, person) === null; taken += 1) takers.push(person);
    return taken;
  };
  const [first, others] = [fill("a"), ["b", "c", "d", "e"].map(fill)];
  expect([first, first + others.reduce((sum, one) => sum + one, 0), fill(null)]).toEqual([share.each, share.people, share.all - share.people]);
  expect([brokenBound(share, takers, "a"), brokenBound(share, takers, "z"), brokenBound(share, takers, null)]).toMatchObject([
    { bound: share.each, who: "You have" },
    { bound: share.people, who: "People have" },
    { bound: share.all, who: "This server has" },
  ]);
  expect(share.people).toBeLessThanOrEqual(share.all / 2);
  expect(share.each).toBeLessThan(share.people);
});
