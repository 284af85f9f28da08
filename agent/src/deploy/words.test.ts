import { expect, test } from "vitest";
import { splitWords } from "./words.ts";

test.each([
  ["node server.js", ["node", "server.js"]],
  ["  node   'a b' \"c d\" e\\ f ", ["node", "a b", "c d", "e f"]],
  [`sh -c 'exec node a.js && true'`, ["sh", "-c", "exec node a.js && true"]],
  [`say "it's \\"fine\\"" ''`, ["say", `it's "fine"`, ""]],
  ["cost 5$ a=b {x} *", ["cost", "5$", "a=b", "{x}", "*"]],
])("%s", (command, words) => {
  expect(splitWords(command)).toEqual(words);
});

test.each([
  ["a && b", "&& would need a shell"],
  ["a | b", "| would need a shell"],
  ["a > b", "> would need a shell"],
  ["a; b", "; would need a shell"],
  ["node $PORT", "$PORT would need a shell"],
  ['node "${PORT}"', "${PORT} would need a shell"],
  ["a `b`", "a backquote would need a shell"],
  ["a 'b", "a quote ' is not closed"],
  ['""" ""', 'a quote " is not closed'],
])("%s is refused", (command, why) => {
  expect(() => splitWords(command)).toThrow(why);
});
