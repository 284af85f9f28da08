import { constants } from "node:os";
import { expect, test } from "vitest";
import { run } from "../sandbox/index.ts";
import { createProbe } from "../sandbox/namespace.ts";
import type { GitPlace } from "./git.ts";
import { limitReached } from "./limits.ts";

const place: GitPlace = { sourcesDir: "/", account: null, signal: new AbortController().signal, seconds: 20, limitBytes: 2 ** 20, memoryBytes: 2 ** 30 };
const reached = async (result: Awaited<ReturnType<typeof run>>) => (await limitReached(result, "https://git.test/a.git", place))?.problem.code ?? null;

test.each([
  ["a process namespace where the system gives one", undefined],
  ["none at all", createProbe(async () => ({ words: null, why: "unshare failed: Operation not permitted" }))],
])("what the kernel ended without a word is told by its signal, in %s", async (_, namespace) => {
  const ended = (signal: string) => run(["sh", "-c", `kill -${signal} $$`], { cwd: "/", env: {}, account: null, untrusted: {}, namespace });
  expect([await reached(await ended("KILL")), await reached(await ended("XFSZ")), await reached(await ended("TERM"))]).toEqual(["SOURCE_NEEDS_MEMORY", "SOURCE_TOO_LARGE", null]);
});

test("what was ended by us says nothing by its end", async () => {
  const late = { code: 128 + constants.signals.SIGKILL, killedBy: "deadline", stdout: "", stderr: "" } as const;
  expect(await reached(late)).toBeNull();
});
