import { expect, test } from "vitest";
import { moved } from "./order.ts";

test("one goes before another, or behind the last; where it stands already nothing moves", () => {
  const put = (id: string, before: number) => moved([..."abcd"], id, before)?.join("") ?? null;
  expect({ up: put("c", 0), down: put("a", 2), last: put("b", 4), same: [put("b", 1), put("b", 2), put("a", -1), put("d", 5), put("x", 0)] }).toEqual({
    up: "cabd",
    down: "bacd",
    last: "acdb",
    same: [null, null, null, null, null],
  });
});
