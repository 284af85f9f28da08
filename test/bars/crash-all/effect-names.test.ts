import { expect, test } from "vitest";
import { effectNames, unreached } from "./effect-names.ts";

test("the names of effects are found however they are raised, and one that no story reaches is told", () => {
  const names = effectNames();
  // By its word, by a file function under its own name and another, by the table of Docker, put together.
  for (const name of ["store.commit", "caddy.route.rename", "kept.open", "job.scratch.mkdir", "docker.container.create", "child."]) expect(names).toContain(name);
  expect(unreached(["store.commit", "child.", "people.write"], ["store.commit.before", "child.git.before"])).toEqual([]);
  expect(unreached(["store.commit", "build.site.settle"], ["store.commit.before"])).toEqual(["build.site.settle"]);
});
