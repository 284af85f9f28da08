import { expect, test } from "vitest";
import { createSieve, decodeCursor, encodeCursor, nanosOf, stampOf } from "./position.ts";

const A = "2026-11-23T15:59:32.122476375Z";
const B = "2026-11-23T15:59:32.200000000Z";

test("a stamp keeps its nanoseconds through the cursor", () => {
  const cursor = { newest: 17, positions: new Map([["0123456789ab", { nanos: nanosOf(A), seen: 2 }]]) };
  expect([decodeCursor(encodeCursor(cursor)), stampOf(nanosOf(A)), decodeCursor("7.zz"), decodeCursor("x")]).toEqual([cursor, A, null, null]);
});

test("lines that bear the last stamp are told apart by their number", () => {
  const first = createSieve(undefined);
  const one = [A, A, B].map(first.isNew);
  first.again();
  const again = [B, B].map(first.isNew);
  const resumed = createSieve({ nanos: nanosOf(A), seen: 2 });
  expect([one, again, first.position(), [A, A, A, B].map(resumed.isNew)]).toEqual([
    [true, true, true],
    [false, true],
    { nanos: nanosOf(B), seen: 2 },
    [false, false, true, true],
  ]);
});

test("a cursor of many containers stays short", () => {
  const positions = new Map(Array.from({ length: 40 }, (_, at) => [String(at).padStart(12, "0"), { nanos: nanosOf(B), seen: 123 }]));
  expect(encodeCursor({ newest: Date.now(), positions }).length).toBeLessThanOrEqual(1024);
});
