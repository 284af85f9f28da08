import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { errorTable } from "./errors.ts";

test("a code stands for one thing in the whole table", () => {
  const folder = join(import.meta.dirname, "errors");
  const codes = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), "utf8").match(/^ {2}[A-Z][A-Z0-9_]+(?=: \{)/gm) ?? []);
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  expect(codes.length).toBe(Object.keys(errorTable).length);
});
