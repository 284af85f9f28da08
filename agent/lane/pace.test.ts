import { expect, test } from "vitest";
import { STREAM_WINDOW } from "./bounds.ts";
import { createPace } from "./pace.ts";

type Line = { perSecond: number; delayMs: number; seconds: number; /** The far end takes nothing from then on. */ standsAfter?: number };

/** A sender that always has something, over a line of that rate and round trip: what it did to it. */
function over({ perSecond, delayMs, seconds, standsAfter = Infinity }: Line) {
  const rate = perSecond / 1000;
  let now = 0;
  const pace = createPace({ now: () => now });
  const arriving: { at: number; total: number }[] = [];
  let sent = 0;
  let free = 0;
  let taken = 0;
  let most = 0;
  const waits: number[] = [];
  for (; now < seconds * 1000; now += 0.25) {
    while (arriving[0] && arriving[0].at <= now) {
      const { total } = arriving.shift()!;
      if (now / 1000 < standsAfter) pace.taken((taken = total));
    }
    for (let room = pace.room(); room >= Math.min(16 * 1024, pace.bound() / 4); room = pace.room()) {
      const bytes = Math.min(pace.chunk(), room);
      sent += bytes;
      pace.sent(bytes);
      free = Math.max(free, now) + bytes / rate;
      arriving.push({ at: free + delayMs, total: sent });
    }
    most = Math.max(most, pace.onTheWay());
    // What a call would wait for behind it.
    if (now > 1000) waits.push(Math.max(0, free - now));
  }
  waits.sort((a, b) => a - b);
  return { share: taken / (perSecond * seconds), most, worstWaitMs: waits[Math.floor(waits.length * 0.99)] ?? 0 };
}

const MBIT = 1e6 / 8;

test("a line is filled, with no more on the way than half of it again", () => {
  for (const [mbit, delayMs] of [[400, 30], [100, 30], [50, 120], [1000, 5], [10, 30]] as const) {
    const { share, most } = over({ perSecond: mbit * MBIT, delayMs, seconds: 12 });
    expect(share, `${mbit} Mbit/s with ${delayMs} ms`).toBeGreaterThan(0.9);
    expect(most, `${mbit} Mbit/s with ${delayMs} ms`).toBeLessThanOrEqual(Math.max(256 * 1024, 1.5 * mbit * MBIT * (delayMs / 1000) * 1.1));
  }
});

test("a call beside it waits for less than a round trip more, also on a slow line", () => {
  for (const [mbit, delayMs] of [[400, 30], [10, 30], [10, 60]] as const) {
    expect(over({ perSecond: mbit * MBIT, delayMs, seconds: 10 }).worstWaitMs, `${mbit} Mbit/s with ${delayMs} ms`).toBeLessThan(2 * delayMs);
  }
});

test("where nothing is taken any more, nothing more is sent", () => {
  const { most, share } = over({ perSecond: 400 * MBIT, delayMs: 30, seconds: 20, standsAfter: 5 });
  expect(share).toBeLessThan(0.26);
  expect(most).toBeLessThanOrEqual(STREAM_WINDOW);
});

test("words of the far end that cannot be true change nothing", () => {
  const pace = createPace({ now: () => 0 });
  pace.sent(1000);
  for (const told of [Number.NaN, -1, 0, 1001, Infinity]) pace.taken(told);
  expect(pace.onTheWay()).toBe(1000);
  pace.taken(400);
  pace.taken(300);
  expect(pace.onTheWay()).toBe(600);
});

test("who waits for room is let go by what is taken, and by a signal", async () => {
  const pace = createPace();
  pace.sent(64 * 1024);
  const waiting = pace.untilRoom();
  pace.taken(64 * 1024);
  expect(await waiting).toBeGreaterThan(0);
  await pace.untilTaken();
  const stop = new AbortController();
  pace.sent(STREAM_WINDOW);
  const stopped = pace.untilRoom(stop.signal);
  stop.abort(new Error("gone"));
  await expect(stopped).rejects.toThrow("gone");
});
