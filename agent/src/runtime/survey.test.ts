import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { createProject, createRelease, createService, environmentsOf, findService, type ReleaseState } from "../store/index.ts";
import { migrate } from "../store/migrate.ts";
import { leftover } from "./survey.ts";

const config = { source: { type: "image" as const, reference: "nginx:1" } } as never;

test.each<[string, Partial<Record<ReleaseState, number>>, string | null]>([
  ["as many as are kept", { live: 1, retired: 4, failed: 9 }, null],
  ["one more, whose image could not be removed", { live: 1, retired: 5 }, "a release too many"],
  ["one that is still to retire", { live: 1, retiring: 1 }, "a release too many"],
  ["none", {}, null],
])("releases that a finish has left behind are looked after: %s", (_, states, found) => {
  const db = new DatabaseSync(":memory:");
  migrate(db);
  createProject(db, { id: "p", name: "shop" });
  createService(db, { id: "s", projectId: "p", environmentId: environmentsOf(db, "p")[0]!.id, name: "web", shape: "web", config });
  for (const [state, count] of Object.entries(states)) {
    for (let at = 0; at < count; at += 1) createRelease(db, { id: `${state}${at}`, serviceId: "s", deploymentId: "d", shape: "web", config, variables: null, state: state as ReleaseState });
  }
  expect(leftover(db, findService(db, "s")!, [])).toBe(found);
});
