import { expect, test } from "vitest";
import { asText, filledIn, readWritten, referencesOf, refersTo, withOwner, writtenAs } from "./references.ts";

const known: Record<string, string> = { HOST: "db.internal", PASSWORD: "a${{shared.HOST}}$$b", "api.URL": "http://api", "self.A": "own" };
const fill = (template: string) =>
  filledIn(template, ({ text, to }) => {
    const value = to === null ? undefined : known[writtenAs(to)];
    if (value === undefined) throw new Error(text);
    return value;
  });

test("references are put in once, and what they bring is no template", () => {
  expect(fill("postgres://app:${{shared.PASSWORD}}@${{ shared.HOST }}/app")).toBe("postgres://app:a${{shared.HOST}}$$b@db.internal/app");
  expect(fill("${{api.URL}}/${{ self.A }}")).toBe("http://api/own");
  expect(refersTo("${{shared.B}}${{shared.A}} ${{shared.B}} ${{service.C}} ${{ C }}")).toEqual(["A", "B", "service.C"]);
});

test("text stays text", () => {
  for (const text of ["", "$", "${A}", "{{ x }}", "${{ never closed", "}}", "$$", "${ {a}}"]) expect(fill(text)).toBe(text);
  expect(fill("$${{shared.HOST}}")).toBe("${{shared.HOST}}");
});

test("what is not known is said as it was written", () => {
  for (const text of ["${{}}", "${{shared.}}", "${{shared.NO}}", "${{HOST}}", "${{shared.A-B}}", "${{ secrets.X }}", "${{Api.URL}}", "${{api-.URL}}"]) expect(() => fill(`a ${text} b`)).toThrow(text);
  expect(referencesOf("${{ x }}")).toEqual([{ text: "${{ x }}", to: null }]);
});

test("another name for an owner changes its references and nothing else", () => {
  expect(withOwner("${{api.A}} ${{ api.api }} $${{api.A}} ${{web-api.A}} ${{shared.api}} api", "api", "core$&")).toBe("${{core$&.A}} ${{ core$&.api }} $${{api.A}} ${{web-api.A}} ${{shared.api}} api");
});

test("one that is kept is read as what it was", () => {
  for (const to of [{ owner: "shared", name: "HOST" }, { owner: "self", name: "A" }, { owner: "web-2", name: "AEROPLANE_PORT" }]) expect(readWritten(writtenAs(to))).toEqual(to);
});

test("any text has a template that says it", () => {
  const pieces = ["$", "{", "}", "{{", "}}", "${{", "shared.HOST", "a", "\n"];
  let seed = 7;
  const next = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
  for (let i = 0; i < 5000; i++) {
    const text = Array.from({ length: next(9) }, () => pieces[next(pieces.length)]).join("");
    expect(fill(asText(text))).toBe(text);
    expect(refersTo(asText(text))).toEqual([]);
  }
});
