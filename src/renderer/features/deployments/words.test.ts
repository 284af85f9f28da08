import { expect, test } from "vitest";
import { reasonsOf } from "./words.ts";

test("a deployment says who asked for it, and why where that is not the usual", () => {
  expect([reasonsOf({}), reasonsOf({ by: null, why: "asked" }), reasonsOf({ by: "root", why: "asked" }), reasonsOf({ by: "Noor", why: "redeploy" }), reasonsOf({ by: "Noor", why: "schedule" })]).toEqual([
    [],
    [],
    ["root"],
    ["Noor", "redeploy"],
    ["Noor", "schedule"],
  ]);
});
