import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createRing } from "./ring.ts";

test("whatever is pushed, the ring holds the last bytes at their offsets", () => {
  const limit = 100_000;
  const ring = createRing(limit);
  let all = Buffer.alloc(0);
  const sizes = [1, 3, 16_383, 16_384, 16_385, 7, 40_000, 99_999, 2, 100_000, 100_001, 250_000, 5, 33_333, 33_333, 33_334];
  for (const size of sizes) {
    const chunk = randomBytes(size);
    ring.push(chunk);
    all = Buffer.concat([all, chunk]);
    const kept = Math.min(all.length, limit);
    expect(ring.end()).toBe(all.length);
    expect(ring.start()).toBeLessThanOrEqual(all.length - Math.min(kept, size));
    expect(ring.end() - ring.start()).toBeLessThanOrEqual(limit);
    expect(ring.read(ring.start(), limit).equals(all.subarray(ring.start()))).toBe(true);
    const middle = Math.floor((ring.start() + ring.end()) / 2);
    expect(ring.read(middle, 1000).equals(all.subarray(middle, middle + 1000))).toBe(true);
  }
  expect(ring.end() - ring.start()).toBe(limit);
});

test("nothing is forgotten before the limit", () => {
  const ring = createRing(1024 * 1024);
  for (let i = 0; i < 1024; i += 1) ring.push(Buffer.alloc(1024, i));
  expect([ring.start(), ring.read(1024 * 1023, 1)[0]]).toEqual([0, 1023 % 256]);
  ring.push(Buffer.from("x"));
  expect(ring.start()).toBe(1);
});

test("reading at the end answers nothing", () => {
  const ring = createRing(64);
  ring.push(Buffer.from("abc"));
  expect(ring.read(3, 10).length).toBe(0);
});
