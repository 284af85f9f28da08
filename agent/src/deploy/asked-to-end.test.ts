import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { createJob, createProject, createService, environmentsOf, updateJob } from "../store/index.ts";
import { migrate } from "../store/migrate.ts";
import { wasAskedToEnd } from "./asked-to-end.ts";

test("a process that a job has asked to end has not ended by itself, until it is begun again", () => {
  const db = new DatabaseSync(":memory:");
  migrate(db);
  createProject(db, { id: "p", name: "shop" });
  const environmentId = environmentsOf(db, "p")[0]!.id;
  for (const id of ["s", "other"]) createService(db, { id, projectId: "p", environmentId, name: id, shape: "worker", config: { source: { type: "image", reference: "nginx:1" } } as never });
  createJob(db, { id: "a1", kind: "restart", subject: "shop / s", projectId: "p", environmentId, serviceId: "s" });
  updateJob(db, "a1", { state: "failed", startedAt: 5000, endedAt: 9000, checkpoint: { stopped: ["c1"] } });
  createJob(db, { id: "a2", kind: "restart", subject: "shop / s", projectId: "p", environmentId, serviceId: "s" });
  updateJob(db, "a2", { state: "failed", startedAt: 9500, endedAt: 9900 });
  const asked = (service: string, id: string, startedAt: number) => wasAskedToEnd(db, service, { id, startedAt });
  expect([asked("s", "c1", 1000), asked("s", "c1", 8000), asked("s", "c2", 1000), asked("other", "c1", 1000)]).toEqual([true, false, false, false]);
});
