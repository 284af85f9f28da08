import { expect, test } from "vitest";
import { edgesOf } from "./edges.ts";

test("what is not seen at the edges of a value is said", () => {
  const said = (value: string) => edgesOf(value)?.split(",")[0] ?? null;
  expect(["", "postgres://x", "one\ntwo", "postgres://x\n", "x\r\n", "x ", "x\t", "x\u00a0", "\nx", " x", " "].map(said)).toEqual([
    null, null, null, "Ends with a line break", "Ends with a line break", "Ends with a space", "Ends with a space", "Ends with a space", "Begins with a line break", "Begins with a space", "Ends with a space",
  ]);
});
