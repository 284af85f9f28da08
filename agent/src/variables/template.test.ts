import { expect, test } from "vitest";
import { asText, filledIn, referencesOf, sharedIn } from "./template.ts";

const shared: Record<string, string> = { HOST: "db.internal", PASSWORD: "a${{shared.HOST}}$$b" };
const fill = (template: string) =>
  filledIn(template, ({ text, shared: name }) => {
    const value = name === null ? undefined : shared[name];
    if (value === undefined) throw new Error(text);
    return value;
  });

test("references are put in once, and what they bring is no template", () => {
  expect(fill("postgres://app:${{shared.PASSWORD}}@${{ shared.HOST }}/app")).toBe("postgres://app:a${{shared.HOST}}$$b@db.internal/app");
  expect(sharedIn("${{shared.B}}${{shared.A}} ${{shared.B}} ${{service.C}}")).toEqual(["A", "B"]);
});

test("text stays text", () => {
  for (const text of ["", "$", "${A}", "{{ x }}", "${{ never closed", "}}", "$$", "${ {a}}"]) expect(fill(text)).toBe(text);
  expect(fill("$${{shared.HOST}}")).toBe("${{shared.HOST}}");
});

test("what is not known is said as it was written", () => {
  for (const text of ["${{}}", "${{shared.}}", "${{shared.NO}}", "${{HOST}}", "${{shared.A-B}}", "${{ secrets.X }}"]) expect(() => fill(`a ${text} b`)).toThrow(text);
  expect(referencesOf("${{ x }}")).toEqual([{ text: "${{ x }}", shared: null }]);
});

test("any text has a template that says it", () => {
  const pieces = ["$", "{", "}", "{{", "}}", "${{", "shared.HOST", "a", "\n"];
  let seed = 7;
  const next = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
  for (let i = 0; i < 5000; i++) {
    const text = Array.from({ length: next(9) }, () => pieces[next(pieces.length)]).join("");
    expect(fill(asText(text))).toBe(text);
    expect(sharedIn(asText(text))).toEqual([]);
  }
});
