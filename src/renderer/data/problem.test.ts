import { ORPCError } from "@orpc/client";
import { expect, test } from "vitest";
import { problemOf } from "./problem.ts";

const words = { code: "OF_LATER", message: "The moon is in the way.", next: "Wait until it has passed." };

test("a refusal keeps its own words, however else a newer agent tells it", () => {
  const told = (data: unknown) => problemOf(new ORPCError("OF_LATER", { status: 418, data }));
  const plain = { ...words, retry: false, values: {} };
  expect([
    told({ ...words, retry: "perhaps", values: { phase: { of: "the moon" } }, lists: "none", detail: ["far"], more: true }),
    told({ ...words, retry: true, values: { days: 3 }, lists: { moons: ["one"] }, detail: "far" }),
    told(words),
  ]).toEqual([plain, { ...words, retry: true, values: { days: 3 }, lists: { moons: ["one"] }, detail: "far" }, plain]);
});

test("one without words is a failure that nobody knows", () => {
  expect(problemOf(new ORPCError("OF_LATER", { message: "no words", data: { code: "OF_LATER" } }))).toMatchObject({ code: "UNEXPECTED", message: "An unknown failure: no words." });
});
