import { domainToASCII } from "node:url";
import { expect, test } from "vitest";
import { inWords } from "./punycode.ts";

test.each(["bücher.example", "straße.test", "例え.テスト", "пример.рф", "mañana.com", "a.bücher.例え", "😀.test", "app.example.com"])("%s", (name) => {
  expect(inWords(domainToASCII(name))).toBe(name);
});

test("what is no such name stays as it is", () => {
  for (const name of ["xn--.test", "xn--9999999999.test", "xn--a!.test", "xn--bcher-kv_.test", "axn--b.test"]) expect(["xn--.test", ".test"].includes(inWords(name)) || inWords(name) === name).toBe(true);
});
