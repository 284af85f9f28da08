import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { lastWords } from "./tell.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("last words that an engine hands over seconds after the end are waited for, and those that never come are not", async () => {
  const over: string[] = [];
  const late = new Promise<void>((resolve) => setTimeout(resolve, 8000));
  void lastWords(late).then(() => over.push("late"));
  void lastWords(new Promise(() => {})).then(() => over.push("never"));
  await vi.advanceTimersByTimeAsync(7900);
  expect(over).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(over).toEqual(["late"]);
  await vi.advanceTimersByTimeAsync(5000);
  expect([over, vi.getTimerCount()]).toEqual([["late", "never"], 0]);
});
