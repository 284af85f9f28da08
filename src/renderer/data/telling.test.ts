import { afterEach, expect, test, vi } from "vitest";
import { telling } from "./telling.ts";

afterEach(() => void vi.useRealTimers());

test("the first change is told at once, those that follow together when the rest is over", () => {
  vi.useFakeTimers();
  let told = 0;
  const tell = telling(() => (told += 1), 100);
  tell();
  expect(told).toBe(1);
  for (let change = 0; change < 50; change += 1) {
    vi.advanceTimersByTime(1);
    tell();
  }
  expect(told).toBe(1);
  vi.advanceTimersByTime(100);
  expect(told).toBe(2);
  vi.advanceTimersByTime(1000);
  expect(told).toBe(2);
  tell();
  expect(told).toBe(3);
});
