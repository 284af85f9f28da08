import { expect, test } from "vitest";
import { runChild } from "./child.ts";

test("a child's code and output come back", async () => {
  expect(await runChild(["sh", "-c", "echo out; echo err >&2; exit 3"], { quiet: true })).toEqual({
    code: 3,
    output: expect.stringMatching(/out\n[^]*err\n|err\n[^]*out\n/),
  });
});

test("a stopped run ends the child and what the child started", async () => {
  const stop = new AbortController();
  const child = runChild(["sh", "-c", "sleep 1000 & sleep 1000"], {
    quiet: true,
    signal: stop.signal,
  });
  setTimeout(() => stop.abort(), 50);
  expect(await child).toEqual({ code: 1, output: "" });
});
