import { createHash, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createDigest } from "./digest.ts";

const whole = randomBytes(9 * 1024 ** 2 + 17);
const hashOf = (end: number) => createHash("sha256").update(whole.subarray(0, end)).digest("hex");

test("it goes back and on to any byte, and reads no more than it must", async () => {
  const read: number[] = [];
  const source = {
    async read(offset: number, most: number) {
      read.push(offset);
      return whole.subarray(offset, offset + most);
    },
  };
  const digest = createDigest();
  for (let at = 0; at < whole.length; at += 50_000) digest.add(whole.subarray(at, at + 50_000));
  expect(digest.hex()).toBe(hashOf(whole.length));
  const back = whole.length - 3_000_000;
  await digest.goTo(back, source);
  expect([digest.at(), digest.hex()]).toEqual([back, hashOf(back)]);
  // A mark stands within the megabyte before it.
  expect(Math.min(...read)).toBeGreaterThan(back - 1024 ** 2 - 50_000);
  await digest.goTo(5, source);
  expect(digest.hex()).toBe(hashOf(5));
  await digest.goTo(whole.length, source);
  expect(digest.hex()).toBe(hashOf(whole.length));
});
