import { expect, test } from "vitest";
import { changeOf, typedOver, wrongValueOf } from "./typed.ts";

test("a secret value is replaced only by what was typed, which may be nothing on purpose", () => {
  expect([wrongValueOf(null, true), wrongValueOf("", true), wrongValueOf("new", true), wrongValueOf(null, false)]).toEqual(["Type the new value", null, null, null]);
  expect(wrongValueOf("a\0b", true)).toBe("At most 32 KB, and no NUL character");
});

test("a value is sent only where it was typed", () => {
  expect([changeOf("A", {}), changeOf("A", { secret: true }), changeOf("A", { value: "" }), changeOf("A", { value: "1", secret: true })]).toEqual([
    null,
    { set: {}, secret: ["A"] },
    { set: { A: "" }, secret: [] },
    { set: { A: "1" }, secret: ["A"] },
  ]);
});

test("what is as the server has it is no draft, and a tick is one without a value", () => {
  expect([typedOver("1", { value: "1" }), typedOver("1", { value: "1", secret: true }), typedOver("1", { value: "", secret: false }), typedOver(null, { value: "" }), typedOver("1", {})]).toEqual([
    undefined,
    { secret: true },
    { value: "" },
    { value: "" },
    undefined,
  ]);
});
