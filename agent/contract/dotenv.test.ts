import { expect, test } from "vitest";
import { readDotenv } from "./dotenv.ts";

test("a pasted .env is read as its usual readers do", () => {
  const text = [
    "# comment",
    "PLAIN=value # and a comment",
    "export EXPORTED = spaced ",
    'DOUBLE="a \\"quoted\\" line\\nand another" # after',
    "SINGLE='kept \\n as it is'",
    'MANY="first',
    'second"',
    "EMPTY=",
    "URL=postgres://u:p@h/db?x=1#frag",
    "not a line",
    "1BAD=x",
  ].join("\r\n");
  expect(readDotenv(text)).toEqual({
    set: {
      PLAIN: "value",
      EXPORTED: "spaced",
      DOUBLE: 'a "quoted" line\nand another',
      SINGLE: "kept \\n as it is",
      MANY: "first\nsecond",
      EMPTY: "",
      URL: "postgres://u:p@h/db?x=1#frag",
    },
    refused: [
      { line: 10, text: "not a line" },
      { line: 11, text: "1BAD=x" },
    ],
  });
});

test("a quote that never ends takes nothing along in silence, nor does a name that an object cannot hold", () => {
  expect(readDotenv('A=1\n__proto__=x\nB="never\nC=3\n')).toEqual({
    set: { A: "1" },
    refused: [
      { line: 2, text: "__proto__=x" },
      { line: 3, text: 'B="never' },
    ],
  });
});
