import { expect, test } from "vitest";
import { behind, behindAll, createSeeker, decodeCursor, encodeCursor, nanosOf, stampOf, type Position } from "./position.ts";

const A = "2026-11-23T15:59:32.122476375Z";
const B = "2026-11-23T15:59:32.200000000Z";

test("a stamp keeps its nanoseconds through the cursor", () => {
  const cursor = { newest: 17, positions: new Map([["0123456789ab", { nanos: nanosOf(A), seen: 2 }]]) };
  expect([decodeCursor(encodeCursor(cursor)), stampOf(nanosOf(A)), decodeCursor("7.zz"), decodeCursor("x")]).toEqual([cursor, A, null, null]);
});

const told = (stamps: string[]) => stamps.reduce<Position>(behind, { nanos: 0n, seen: 0 });
const newOf = (stamps: string[], at: Position, fromOldest: boolean) => {
  const seeker = createSeeker(at, { fromOldest });
  return { fresh: stamps.filter(seeker.isBehind).length, found: seeker.found() };
};

test("lines that bear the last stamp are told apart by their number", () => {
  expect([newOf([A, A, B], told([A]), true), newOf([A, A, B, B], told([A, A, B]), true)]).toEqual([
    { fresh: 2, found: true },
    { fresh: 1, found: true },
  ]);
});

test("a line is new by its place, also where the clock was set back", () => {
  const BEFORE = "2026-11-23T14:00:00.000000000Z";
  expect([newOf([A, B, BEFORE], told([A, B]), true), newOf([A, B, BEFORE, A], told([A, B, BEFORE]), true)]).toEqual([
    { fresh: 1, found: true },
    { fresh: 1, found: true },
  ]);
});

test("of a part of the lines those that bear the first stamp are no sign: some may be missing", () => {
  expect([newOf([A, B], told([A]), false), newOf([A, B, B], told([A, B]), false), newOf([B, B], told([A]), true)]).toEqual([
    { fresh: 0, found: false },
    { fresh: 1, found: true },
    { fresh: 0, found: false },
  ]);
});

test("a cursor of many containers stays short", () => {
  const positions = new Map(Array.from({ length: 40 }, (_, at) => [String(at).padStart(12, "0"), { nanos: nanosOf(B), seen: 123 }]));
  expect(encodeCursor({ newest: Date.now(), positions }).length).toBeLessThanOrEqual(1024);
});

test("the position behind many lines is that behind each of them in turn", () => {
  const all = [A, A, B, B, B, A, B].map((stamp) => ({ stamp }));
  const single = (count: number) => all.slice(0, count).reduce<Position>((at, { stamp }) => behind(at, stamp), { nanos: 0n, seen: 0 });
  for (let from = 0; from <= all.length; from += 1) {
    for (let to = from; to <= all.length; to += 1) expect(behindAll(single(from), all.slice(from, to))).toEqual(single(to));
  }
});
