import { expect, test } from "vitest";
import { size } from "./size.ts";

test("one unit is 1024 of the one before, and a whole figure says no tenth", () => {
  const KB = 1024;
  expect([0, 512, 1.5 * KB, 16 * KB, KB ** 2, 24 * KB ** 2, 100 * KB ** 2, 2 * KB ** 3, 9.6 * KB ** 3, 20 * KB ** 3, 3 * KB ** 5].map(size)).toEqual(["0 B", "512 B", "1.5 KB", "16 KB", "1 MB", "24 MB", "100 MB", "2 GB", "9.6 GB", "20 GB", "3072 TB"]);
});
