import { expect, test } from "vitest";
import { linesOf } from "./act.ts";

test("what opens an object is not told with its address", () => {
  const said = [
    "Downloading a.bin (5 B)",
    "LFS: Client error: https://objects.test/a/b?X-Signature=s3cret&X-Date=1 from HTTP 403\r",
    'Get "https://objects.test/a?token=s3cret": dial tcp: connection refused',
    "",
    "error: external filter 'git-lfs filter-process' failed: is this one a?question",
  ].join("\n");
  expect(linesOf(said)).toEqual([
    "LFS: Client error: https://objects.test/a/b?… from HTTP 403",
    'Get "https://objects.test/a?…": dial tcp: connection refused',
    "error: external filter 'git-lfs filter-process' failed: is this one a?question",
  ]);
});
