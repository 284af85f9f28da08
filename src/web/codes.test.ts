import { expect, test, vi } from "vitest";
import { createCodes } from "./codes.ts";

test("a code is good once and for a minute", async () => {
  vi.useFakeTimers();
  const { issue, take } = createCodes();
  const [used, late] = [issue(), issue()];
  expect([take(used.code), take(used.code), take("")]).toEqual([true, false, false]);
  await used.over;
  await vi.advanceTimersByTimeAsync(60_000);
  vi.useRealTimers();
  expect(take(late.code)).toBe(false);
  await late.over;
});
