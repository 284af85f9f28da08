import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { createInstance, createProject, createRelease, createService, environmentsOf, updateInstance } from "../store/index.ts";
import { migrate } from "../store/migrate.ts";
import { markAskedToEnd, wasAskedToEnd } from "./asked-to-end.ts";

test("a process that a job has asked to end has not ended by itself, until it is begun again", () => {
  const db = new DatabaseSync(":memory:");
  migrate(db);
  createProject(db, { id: "p", name: "shop" });
  const config = { source: { type: "image", reference: "nginx:1" } } as never;
  createService(db, { id: "s", projectId: "p", environmentId: environmentsOf(db, "p")[0]!.id, name: "s", shape: "worker", config });
  createRelease(db, { id: "r", serviceId: "s", deploymentId: "d", shape: "worker", config, variables: null, state: "live" });
  for (const ordinal of [1, 2]) {
    createInstance(db, { id: `n${ordinal}`, releaseId: "r", ordinal, address: null });
    updateInstance(db, `n${ordinal}`, { containerId: `c${ordinal}` });
  }
  markAskedToEnd(db, ["c1", "of nobody"], 5000);
  const asked = (id: string, startedAt: number) => wasAskedToEnd(db, { id, startedAt });
  expect([asked("c1", 1000), asked("c1", 8000), asked("c2", 1000), asked("of nobody", 1000)]).toEqual([true, false, false, false]);
});
