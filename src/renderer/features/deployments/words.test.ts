import { expect, test } from "vitest";
import { reasonsOf, titleOf } from "./words.ts";

test("a deployment says who asked for it, and why where that is not the usual", () => {
  expect([reasonsOf({}), reasonsOf({ by: null, why: "asked" }), reasonsOf({ by: "root", why: "asked" }), reasonsOf({ by: "Noor", why: "redeploy" }), reasonsOf({ by: "Noor", why: "schedule" })]).toEqual([
    [],
    [],
    ["root"],
    ["Noor", "redeploy"],
    ["Noor", "schedule"],
  ]);
});

test("a rollback is called after what it goes back to", () => {
  const commit = { sha: "a1b2c3d4", message: "First version", author: "Ada" };
  const of = { commit: null, image: null, state: "succeeded", why: "rollback" } as const;
  expect([titleOf({ ...of, commit }), titleOf({ ...of, image: "nginx:1" }), titleOf(of), titleOf({ ...of, commit, why: "asked" }), reasonsOf({ by: "Noor", why: "rollback" })]).toEqual([
    "Rollback to First version",
    "Rollback to nginx:1",
    "Rollback",
    "First version",
    ["Noor"],
  ]);
});
