import type { ContractRouterClient } from "@orpc/contract";
import { createRouterClient } from "@orpc/server";
import { v7 as uuid } from "uuid";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AgentContract } from "../../contract/index.ts";
import { entryOf } from "../jobs/entry.fixture.ts";
import { deleteProject, deleteService, listJobs, run, setLiveRelease } from "../store/index.ts";
import { openRooms } from "./rooms.fixture.ts";

let rooms: ReturnType<typeof openRooms>;
beforeEach(() => {
  rooms = openRooms();
  const { db, jobs } = rooms.core;
  jobs.register([
    ...["deploy", "rollback", "stop", "start", "restart"].map((kind) => entryOf(kind)),
    entryOf("delete-service", { deletes: "service", finish: async ({ job }) => void deleteService(db, job.serviceId!) }),
    entryOf("delete-project", { deletes: "project", claims: () => [], finish: async ({ job }) => void deleteProject(db, job.projectId!) }),
  ]);
  jobs.start();
});
afterEach(() => rooms.close());

type Client = ContractRouterClient<AgentContract>;
const client = (key: string | null = null): Client => createRouterClient(rooms.router, { context: { login: "ada", desktop: "laptop", key } });
type Ids = { id: string; projectId: string };

const calls: Record<string, (on: Client, ids: Ids) => Promise<string>> = {
  "services.stop": async (on, { id }) => (await on.services.stop({ id })).job.id,
  "services.start": async (on, { id }) => (await on.services.start({ id })).job.id,
  "services.restart": async (on, { id }) => (await on.services.restart({ id })).job.id,
  "services.delete": async (on, { id }) => (await on.services.delete({ id, confirm: "web" })).job.id,
  "projects.delete": async (on, { projectId }) => (await on.projects.delete({ id: projectId, confirm: "shop" })).job.id,
};

// Of a death between the job and the answer nothing is left but the key without an outcome; the job itself went on.
test.each(Object.keys(calls))("%s, repeated after a death before its answer, answers with the job that it made", async (name) => {
  const project = await client().projects.create({ name: "shop" });
  const source = { type: "image" as const, reference: "nginx:1" };
  const { id } = await client().services.create({ environmentId: project.environments[0]!.id, name: "web", shape: "web", config: { source } });
  setLiveRelease(rooms.core.db, id, uuid());
  const key = uuid();
  const first = await calls[name]!(client(key), { id, projectId: project.id });
  await rooms.core.jobs.ended(first);
  expect(run(rooms.core.db, "UPDATE idempotency SET outcome = NULL WHERE key = ?", key)).toBe(1);
  const second = await calls[name]!(client(key), { id, projectId: project.id });
  expect([second, listJobs(rooms.core.db).length]).toEqual([first, 1]);
});

test("so does a deployment", async () => {
  const project = await client().projects.create({ name: "shop" });
  const source = { type: "image" as const, reference: "nginx:1" };
  const service = await client().services.create({ environmentId: project.environments[0]!.id, name: "web", shape: "web", config: { source } });
  const key = uuid();
  const first = await client(key).deployments.start({ serviceId: service.id });
  run(rooms.core.db, "UPDATE idempotency SET outcome = NULL WHERE key = ?", key);
  const second = await client(key).deployments.start({ serviceId: service.id });
  expect([second.id, listJobs(rooms.core.db).length]).toEqual([first.id, 1]);
});
