import { expect, test } from "vitest";
import type { RouteTarget } from "./index.ts";
import { parseTarget, targetName } from "./target.ts";

test("a target is the name of a file and back", () => {
  const targets: RouteTarget[] = [
    { type: "app", addresses: ["10.1.2.3"], port: 80, releaseId: "r-1" },
    { type: "app", addresses: ["10.1.2.3", "10.1.2.4", "10.1.2.5"], port: 80, releaseId: "r-1" },
    { type: "app", addresses: ["fd00::1", "fd00::2"], port: 8080, releaseId: "r-1" },
    { type: "site", serviceId: "s", releaseId: "r" },
    { type: "stopped" },
  ];
  expect(targets.map((target) => parseTarget(targetName(target)))).toEqual(targets);
  expect(() => targetName({ type: "site", serviceId: "../x", releaseId: "r" })).toThrow();
  expect(parseTarget("something@else")).toBeNull();
});
