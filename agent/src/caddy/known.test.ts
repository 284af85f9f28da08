import { expect, test } from "vitest";
import { admissible, endsQuietStreams } from "./known.ts";

test("what is no hostname never enters the config", () => {
  expect(admissible(["b.test", "a.test", "b.test", "{env.HOME}.test", "{file./etc/shadow}", "A.test", "..", "*.test"])).toEqual(["a.test", "b.test"]);
  expect(["v2.11.4", "v2.11.6", "v2.12.0", "unknown", null].map(endsQuietStreams)).toEqual([false, true, true, false, false]);
});
