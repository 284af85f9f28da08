import { expect, test } from "vitest";
import { atOnce } from "./at-once.ts";

test("so many at a time, results in the order of what was given", async () => {
  let running = 0;
  let most = 0;
  const doubled = await atOnce([5, 1, 3, 2], 2, async (value) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, value));
    running -= 1;
    return value * 2;
  });
  expect([doubled, most]).toEqual([[10, 2, 6, 4], 2]);
});

test("a failure is thrown after all that had begun, and begins nothing more", async () => {
  const ended: number[] = [];
  const acts = atOnce([1, 2, 3], 2, async (value) => {
    if (value === 1) throw new Error("one");
    await new Promise((resolve) => setTimeout(resolve, 20));
    ended.push(value);
  });
  await expect(acts).rejects.toThrow("one");
  expect(ended).toEqual([2]);
});
