import { expect, test } from "vitest";
import { unkept } from "./mounts.ts";
import { stopsFirst } from "./stop-first.ts";
import { wantedOrdinals } from "./launch.ts";

const mounts = [{ volumeId: "v", path: "/data" }];
const of = (config: object, own: typeof mounts = []) => ({ config, mounts: own }) as never;

test("a release with a volume is one process that comes after the one before, whatever its settings say", () => {
  expect([wantedOrdinals(of({ replicas: 3 })), wantedOrdinals(of({ replicas: 3 }, mounts))]).toEqual([[1, 2, 3], [1]]);
  expect([stopsFirst(of({})), stopsFirst(of({ replace: "stopFirst" })), stopsFirst(of({ replace: "rolling" }, mounts))]).toEqual([false, true, true]);
});

test("of the paths that an image declares those are not kept where no volume of ours is", () => {
  expect([unkept(["/data/", "/data/inner", "/var"], of({}, mounts)), unkept(["/data"], of({}))]).toEqual([["/data/inner", "/var"], ["/data"]]);
});
