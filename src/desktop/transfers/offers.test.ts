import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createOffers } from "./offers.ts";
import { createSlices } from "./slices.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("an offer that no page comes for ends, and one whose page brings a file lasts for as long as that takes", () => {
  const offers = createOffers();
  const expired: string[] = [];
  const make = (id: string) => offers.make(id, { name: "file", size: 1 }, { direction: "up", slices: createSlices(1) }, () => void expired.push(id));
  const used = make("used");
  const unused = make("unused");
  expect(() => offers.find("used", "another")).toThrow();
  offers.find("used", used.secret);
  vi.advanceTimersByTime(24 * 3600_000);
  expect(expired).toEqual(["unused"]);
  expect(offers.find("used", used.secret).name).toBe("file");
  expect(() => offers.find("unused", unused.secret)).toThrow();
});
