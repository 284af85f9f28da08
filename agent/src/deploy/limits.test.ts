import { expect, test } from "vitest";
import { memoryOf, memoryWords } from "./limits.ts";

test("an instance may have what its settings say, else three quarters of the server's memory", () => {
  const GiB = 1024 ** 3;
  expect([memoryOf({}, GiB), memoryOf({}, 4 * GiB), memoryOf({ memoryMiB: 300 }, GiB), memoryOf({}, 1024 ** 2)]).toEqual([768, 3072, 300, 64]);
  expect([memoryWords({ memoryMiB: 512 }), memoryWords({ memoryMiB: 20 * 1024 })]).toEqual(["512 MB", "20 GB"]);
});
