import { expect, test } from "vitest";
import { begunAt, offersFor, taken } from "./completion.ts";

const all = [
  { owner: "shared", serviceId: null, names: ["DATABASE_URL"], facts: [] },
  { owner: "api", serviceId: "1", names: ["URL"], facts: [{ name: "AEROPLANE_PORT" as const, words: "The port that it listens on", value: "3000" }, { name: "AEROPLANE_DOMAIN" as const, words: "Its hostname", value: null }] },
  { owner: "web", serviceId: "2", names: ["OWN"], facts: [] },
];
/** `|` is the caret. */
const at = (text: string) => {
  const caret = text.indexOf("|");
  return { value: text.replace("|", ""), caret };
};
const begun = (text: string) => {
  const { value, caret } = at(text);
  return begunAt(value, caret);
};

test("a reference is being written between open braces and the caret", () => {
  expect([begun("${{|"), begun("a ${{ api.U|"), begun("${{a}} ${{b|}}")]).toEqual([{ from: 3, typed: "" }, { from: 5, typed: "api.U" }, { from: 10, typed: "b" }]);
  for (const text of ["|${{", "${|{", "$${{a|", "${{a}}|", "${{a\n|", "plain|", "|"]) expect(begun(text)).toBeNull();
});

test("what is offered holds what was typed, with the own variables as self", () => {
  const texts = (typed: string) => offersFor({ from: 0, typed }, all, "2").map(({ text }) => text);
  expect(texts("")).toEqual(["shared.DATABASE_URL", "api.URL", "api.AEROPLANE_PORT", "self.OWN"]);
  expect([texts("url"), texts("api"), texts("self."), texts("none")]).toEqual([["api.URL", "shared.DATABASE_URL"], ["api.URL", "api.AEROPLANE_PORT"], ["self.OWN"], []]);
  expect(offersFor({ from: 0, typed: "port" }, all, "2")).toEqual([{ text: "api.AEROPLANE_PORT", about: "The port that it listens on: 3000" }]);
});

test("one that is taken closes its braces once, and the rest stays", () => {
  const take = (text: string) => {
    const { value, caret } = at(text);
    const next = taken(value, caret, begunAt(value, caret)!, { text: "api.URL", about: "" });
    return `${next.value.slice(0, next.caret)}|${next.value.slice(next.caret)}`;
  };
  expect([take("${{|"), take("x${{ap|/y"), take("${{ap|i.X }}/y"), take("${{a|\n}}")]).toEqual(["${{api.URL}}|", "x${{api.URL}}|/y", "${{api.URL}}|/y", "${{api.URL}}|\n}}"]);
});
