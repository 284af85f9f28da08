import { expect, test } from "vitest";
import { portOf } from "./release.ts";

test("an image that exposes no port is told one; of several none is guessed", () => {
  expect([portOf([]), portOf([3000]), portOf([80, 443])]).toEqual([8080, 3000, null]);
});
