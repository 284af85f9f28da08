import { expect, test } from "vitest";
import { distinctSpots, pointsOf } from "./moments.ts";

const at = (point: string, place: string, nth = 1) => ({ point, place, nth });
const told = (spots: ReturnType<typeof distinctSpots>) => spots.map(({ moment: { point, place, nth }, covers }) => `${point} ${place} ${nth}: ${covers.length}`);

test("the end of one effect and the beginning of the next are one moment, an effect from elsewhere is another", () => {
  const run = [at("a.before", "x"), at("a.after", "x"), at("b.before", "x"), at("b.during", "x"), at("b.after", "x"), at("a.before", "y"), at("a.after", "y")];
  expect(told(distinctSpots(run))).toEqual(["a.before x 1: 1", "b.before x 1: 2", "b.during x 1: 1", "a.before y 1: 2", "a.after y 1: 1"]);
});

test("what comes again is no new moment, and what comes after it still is", () => {
  const run = [at("a.before", "x"), at("a.after", "x"), at("a.before", "x", 2), at("a.after", "x", 2), at("b.before", "x"), at("b.after", "x"), at("a.before", "x", 3)];
  expect(told(distinctSpots(run))).toEqual(["a.before x 1: 1", "a.after x 1: 1", "b.before x 1: 1", "b.after x 1: 1"]);
});

test("what is known is killed elsewhere", () => {
  const run = [at("a.before", "x"), at("a.after", "x"), at("b.before", "x")];
  expect(told(distinctSpots(run, pointsOf([at("a.before", "x")])))).toEqual(["b.before x 1: 2"]);
  expect(distinctSpots(run, pointsOf(run))).toEqual([]);
});
