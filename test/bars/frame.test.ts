import { expect, test } from "vitest";
import { bar, runBar } from "./frame.ts";

const idle = new AbortController().signal;

test("cleanups run in reverse order after the measure", async () => {
  const order: string[] = [];
  const result = await runBar(
    bar({
      name: "one",
      run: async ({ cleanup, short }) => {
        cleanup(() => order.push("first"));
        cleanup(() => order.push("second"));
        return { ok: true, figure: short ? "short" : "whole" };
      },
    }),
    { short: true, signal: idle, say: () => {} },
  );
  expect({ result, order }).toEqual({
    result: { ok: true, figure: "short" },
    order: ["second", "first"],
  });
});

test("a failed measure is not ok, names its reason and cleans up", async () => {
  const order: string[] = [];
  const failing = bar({
    name: "two",
    run: async ({ cleanup }) => {
      cleanup(() => order.push("clean"));
      throw new Error("3 of 100 failed");
    },
  });
  const result = await runBar(failing, { short: true, signal: idle, say: () => {} });
  expect({ result, order }).toEqual({
    result: { ok: false, figure: "two: 3 of 100 failed" },
    order: ["clean"],
  });
});

test("a stopped measure cleans up though it never ends, and so does one that is out of time", async () => {
  const order: string[] = [];
  const endless = bar({
    name: "three",
    run: ({ cleanup }) => {
      cleanup(() => order.push("clean"));
      return new Promise(() => {});
    },
  });
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 10);
  const stopped = await runBar(endless, { short: false, signal: stop.signal, say: () => {} });
  const late = await runBar(endless, { short: false, signal: idle, say: () => {}, timeout: 20 });
  expect({ stopped, late, order }).toEqual({
    stopped: { ok: false, figure: "three: stopped" },
    late: { ok: false, figure: "three: not done within 0.02 s" },
    order: ["clean", "clean"],
  });
});

test("a failed cleanup makes a good measure fail", async () => {
  const messy = bar({
    name: "four",
    run: async ({ cleanup }) => {
      cleanup(() => Promise.reject(new Error("still there")));
      return { ok: true, figure: "0 failed" };
    },
  });
  expect(await runBar(messy, { short: true, signal: idle, say: () => {} })).toEqual({
    ok: false,
    figure: "0 failed (cleaning up failed)",
  });
});

test("a cleanup that hangs makes it fail, and the others have their turn", async () => {
  const order: string[] = [];
  const hanging = bar({
    name: "five",
    run: async ({ cleanup }) => {
      cleanup(() => order.push("first"));
      cleanup(() => new Promise(() => {}));
      return { ok: true, figure: "0 failed" };
    },
  });
  const result = await runBar(hanging, { short: true, signal: idle, say: () => {}, cleanupTimeout: 20 });
  expect({ result, order }).toEqual({
    result: { ok: false, figure: "0 failed (cleaning up failed)" },
    order: ["first"],
  });
});
