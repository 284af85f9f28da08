import { expect, test } from "vitest";
import { createMark, createScan } from "./canaries.ts";

const mark = createMark();
const value = mark.value("own");

test.each<[string, Buffer]>([
  ["plain text", Buffer.from(`before ${value} after`)],
  ["plain text", Buffer.from(encodeURIComponent(value))],
  ["plain text", Buffer.from(JSON.stringify(JSON.stringify({ value })))],
  ["base64", Buffer.from(Buffer.from(value).toString("base64"))],
  ["base64", Buffer.from(Buffer.from(`a${value}`).toString("base64"))],
  ["base64", Buffer.from(Buffer.from(`ab${value}`).toString("base64url"))],
  ["hexadecimal", Buffer.from(Buffer.from(value).toString("hex"))],
  ["two bytes each", Buffer.from(value, "utf16le")],
])("a value is found as %s", (form, bytes) => {
  expect(mark.found(bytes)).toEqual([form === "plain text" ? "own as plain text" : `something as ${form}`]);
});

test("each line of several is found by itself, and nothing in other bytes", () => {
  const lines = mark.lines("key").split("\n");
  expect(lines.map((line) => mark.found(Buffer.from(line)))).toEqual([["keyfirst as plain text"], ["keysecond as plain text"], ["keythird as plain text"]]);
  expect(mark.found(Buffer.from(createMark().value("own")))).toEqual([]);
});

test("what is cut into pieces is found over their ends", () => {
  const scan = createScan([mark]);
  for (const byte of Buffer.from(`${"x".repeat(600)}${value}${"x".repeat(600)}`)) scan.take(Buffer.from([byte]));
  expect(scan.found()).toEqual([expect.arrayContaining(["own as plain text"])]);
});
