import { expect, test } from "vitest";
import { memoryOf, memoryWords, processorsOf, stopSecondsOf } from "./limits.ts";

test("an instance may have what its settings say, else three quarters of the server's memory", () => {
  const GiB = 1024 ** 3;
  expect([memoryOf({}, GiB), memoryOf({}, 4 * GiB), memoryOf({ memoryMiB: 300 }, GiB), memoryOf({}, 1024 ** 2)]).toEqual([768, 3072, 300, 64]);
  expect([memoryWords({ memoryMiB: 512 }), memoryWords({ memoryMiB: 20 * 1024 })]).toEqual(["512 MB", "20 GB"]);
});

test("no instance is given more processors than there are: one of a larger server starts all the same", () => {
  expect([processorsOf({}, 2), processorsOf({ processors: 0.5 }, 2), processorsOf({ processors: 8 }, 2)]).toEqual([undefined, 0.5, 2]);
});

test("the time from the signal to the kill is that of the requests in flight, unless it is said", () => {
  expect([stopSecondsOf({ drainSeconds: 10 }), stopSecondsOf({ drainSeconds: 10, stopSeconds: 0 }), stopSecondsOf({ drainSeconds: 0, stopSeconds: 90 })]).toEqual([10, 0, 90]);
});
