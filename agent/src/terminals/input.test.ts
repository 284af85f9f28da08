import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createInput } from "./input.ts";

const bytes = (text: string) => Buffer.from(text);
const codeOf = (call: Promise<unknown>) => call.then(() => "ok", (error: { problem?: { code?: string } }) => error.problem?.code);

function typed(options?: { patienceMs?: number }) {
  let text = "";
  const input = createInput(async (data) => void (text += data.toString()), options);
  return { accept: input.accept, text: () => text };
}

test("parts that arrive in any order are written in their own", async () => {
  const { accept, text } = typed();
  await Promise.all([3, 0, 2, 4, 1].map((part) => accept("a", part, bytes(String(part)))));
  expect(text()).toBe("01234");
});

test("a part that is delivered again is written once, also while it waits", async () => {
  const { accept, text } = typed();
  const early = [accept("a", 1, bytes("b")), accept("a", 1, bytes("b"))];
  await accept("a", 0, bytes("a"));
  await Promise.all([...early, accept("a", 0, bytes("a")), accept("a", 1, bytes("b"))]);
  expect(text()).toBe("ab");
});

test("writers count for themselves", async () => {
  const { accept, text } = typed();
  await accept("a", 0, bytes("a"));
  await accept("b", 0, bytes("b"));
  expect(text()).toBe("ab");
});

test("a part whose forerunner never comes is refused, and those far ahead at once", async () => {
  const { accept, text } = typed({ patienceMs: 20 });
  expect([await codeOf(accept("a", 1, bytes("b"))), await codeOf(accept("a", 1000, bytes("c")))]).toEqual(["TERMINAL_INPUT_LOST", "TERMINAL_INPUT_LOST"]);
  await accept("a", 0, bytes("a"));
  await accept("a", 1, bytes("b"));
  expect(text()).toBe("ab");
});

test("a call is answered when its bytes were taken, not before", async () => {
  const taken = Promise.withResolvers<void>();
  const { accept } = createInput(() => taken.promise);
  let answered = false;
  const call = accept("a", 0, bytes("a")).then(() => (answered = true));
  await sleep(5);
  expect(answered).toBe(false);
  taken.resolve();
  await call;
});
