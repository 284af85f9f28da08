import { expect, test } from "vitest";
import { createInput } from "./input.ts";

const bytes = (text: string) => Buffer.from(text);
function codeOf(act: () => void): string {
  try {
    act();
    return "ok";
  } catch (error) {
    return (error as { problem: { code: string } }).problem.code;
  }
}

function typed() {
  let text = "";
  const input = createInput(async (data) => void (text += data.toString()));
  return { accept: input.accept, text: () => text };
}

test("parts that arrive in any order are written in their own", () => {
  const { accept, text } = typed();
  for (const part of [3, 0, 2, 4, 1]) accept("a", part, bytes(String(part)));
  expect(text()).toBe("01234");
});

test("a part that is delivered again is written once, also while it waits", () => {
  const { accept, text } = typed();
  for (const [part, word] of [[1, "b"], [1, "b"], [0, "a"], [0, "a"], [1, "b"], [2, "c"]] as const) accept("a", part, bytes(word));
  expect(text()).toBe("abc");
});

test("writers count for themselves", () => {
  const { accept, text } = typed();
  accept("a", 0, bytes("a"));
  accept("b", 0, bytes("b"));
  expect(text()).toBe("ab");
});

test("few early parts are held, and one that is far ahead is refused for good", () => {
  const { accept, text } = typed();
  const early = Array.from({ length: 10 }, (_, at) => codeOf(() => accept("a", at + 1, bytes("."))));
  expect([early, codeOf(() => accept("a", 1000, bytes("c")))]).toEqual([
    [...Array<string>(8).fill("ok"), "TERMINAL_FULL", "TERMINAL_FULL"],
    "TERMINAL_INPUT_LOST",
  ]);
  accept("a", 0, bytes("."));
  expect(text()).toBe(".........");
});

test("what a program does not read is bounded, and goes on when it reads", async () => {
  const taken: (() => void)[] = [];
  const { accept } = createInput(() => new Promise<void>((resolve) => taken.push(resolve)));
  const part = Buffer.alloc(16_384);
  let sequence = 0;
  while (codeOf(() => accept("a", sequence, part)) === "ok") sequence += 1;
  expect(sequence * part.length).toBeLessThanOrEqual(300_000);
  for (const one of taken.splice(0)) one();
  await new Promise((resolve) => setImmediate(resolve));
  expect(codeOf(() => accept("a", sequence, part))).toBe("ok");
});
