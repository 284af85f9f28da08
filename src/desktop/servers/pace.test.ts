import { expect, test } from "vitest";
import { waitAfter } from "./pace.ts";

/** The moments, in seconds, at which one is tried that fails like this at once, or after so long. */
function tries(code: string, { seconds, took = 0 }: { seconds: number; took?: number }, chance = 0.5): number[] {
  const moments: number[] = [];
  for (let at = 0; at < seconds * 1000; ) {
    moments.push(at / 1000);
    const ended = at + took;
    at = Math.max(ended + waitAfter({ code }, { away: ended, took, chance }), at + 700);
  }
  return moments;
}

test.each(["CONNECTION_REFUSED", "ADDRESS_UNKNOWN", "HOST_UNREACHABLE"])("%s: quick at first, then ever rarer, and never after more than half a minute", (code) => {
  const moments = tries(code, { seconds: 3600 });
  const within = (seconds: number) => moments.filter((at) => at < seconds).length;
  expect([within(5) >= 7, within(120) <= 40, within(600) <= 60, within(3600) <= 160]).toEqual([true, true, true, true]);
  const gaps = moments.slice(1).map((at, index) => at - moments[index]!);
  expect([Math.max(...gaps) <= 30.01, gaps.every((gap, index) => gap >= (gaps[index - 1] ?? 0) - 0.01)]).toEqual([true, true]);
  // Whenever it is back, it is met within an eighth of the time that it was away, and a little.
  expect(gaps.every((gap, index) => gap <= Math.max(0.71, (moments[index]! + 1) / 8 + 0.1))).toBe(true);
});

test("a try that was silent for twenty seconds was the wait itself, for the first minutes", () => {
  const moments = tries("CONNECTION_TIMED_OUT", { seconds: 150, took: 20_000 });
  expect(moments).toEqual([0, 20, 40, 60, 80, 100, 120, 140]);
});

test("those that went away together are soon apart", () => {
  const [early, late] = [tries("CONNECTION_REFUSED", { seconds: 120 }, 0), tries("CONNECTION_REFUSED", { seconds: 120 }, 1)];
  expect(early.length > late.length && early.at(-1) !== late.at(-1)).toBe(true);
});

test("a connection that was broken off before the login is never tried anew within two seconds", () => {
  expect([0, 5000, 9999, 10_000].map((away) => waitAfter({ code: "CONNECTION_CLOSED" }, { away }))).toEqual([2000, 2000, 2000, 5000]);
});

test("a pause is whole milliseconds: the moment of the next try goes to the window as such", () => {
  const pauses = ["CONNECTION_REFUSED", "CONNECTION_TIMED_OUT", "CONNECTION_CLOSED"].flatMap((code) => [0.123, 0.987].map((chance) => waitAfter({ code }, { away: 12_345, took: 3.7, chance })));
  expect(pauses.filter((pause) => !Number.isInteger(pause))).toEqual([]);
});
