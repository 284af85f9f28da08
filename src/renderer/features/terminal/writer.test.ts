import { describe as problem, type ErrorCode } from "@aeroplane/agent/contract";
import { ORPCError } from "@orpc/client";
import { expect, test } from "vitest";
import { createWriter, fromBase64 } from "./writer.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (word: string) => new TextEncoder().encode(word);
const refusal = (code: ErrorCode) => new ORPCError(code, { data: problem(code, { expected: 0, minutes: 10 } as never) });
const settle = () => new Promise((resolve) => setTimeout(resolve, 30));

test("each part is sent until it has arrived, under one number", async () => {
  const sent: [number, string][] = [];
  let away = 3;
  const writer = createWriter(async ({ sequence, data }) => {
    sent.push([sequence, text(fromBase64(data))]);
    if (away-- > 0) throw new Error("The connection is away");
  }, { againMs: 1 });
  writer.push(bytes("a"));
  writer.push(bytes("ü"));
  await expect.poll(() => sent.length).toBe(5);
  const arrived = sent.slice(-2).toSorted(([one], [other]) => one - other);
  expect([arrived, new Set(sent.map(([sequence]) => sequence)), sent.length]).toEqual([[[0, "a"], [1, "ü"]], new Set([0, 1]), 5]);
});

test("a few are on their way at once, the rest is gathered into large parts", async () => {
  const parts: number[] = [];
  const held: (() => void)[] = [];
  const writer = createWriter(({ data }) => {
    parts.push(fromBase64(data).length);
    return new Promise<void>((resolve) => held.push(resolve));
  });
  for (let key = 0; key < 40_000; key += 1) writer.push(bytes("x"));
  expect(parts).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  for (const one of held.splice(0)) one();
  await settle();
  expect(parts.slice(8)).toEqual([16_384, 16_384, 40_000 - 8 - 2 * 16_384]);
});

test.each([refusal("TERMINAL_GONE"), new ORPCError("OF_LATER", { data: { code: "OF_LATER", message: "No.", next: "Ask.", retry: false, values: {} } })])("a terminal that is gone, or refuses for good, takes nothing more", async (error) => {
  let calls = 0;
  const writer = createWriter(async () => {
    calls += 1;
    throw error;
  });
  writer.push(bytes("a"));
  await settle();
  writer.push(bytes("b"));
  await settle();
  expect(calls).toBe(1);
});

test("a writer that the agent has forgotten begins anew", async () => {
  const seen: { writer: string; sequence: number }[] = [];
  const writer = createWriter(async (part) => {
    seen.push(part);
    if (seen.length === 1) throw refusal("TERMINAL_INPUT_LOST");
  });
  writer.push(bytes("a"));
  await settle();
  writer.push(bytes("b"));
  await settle();
  expect([seen[1]!.sequence, seen[1]!.writer === seen[0]!.writer]).toEqual([0, false]);
});
