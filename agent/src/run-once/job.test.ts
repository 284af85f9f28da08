import { v7 as uuid } from "uuid";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createProject, createService, environmentsOf, openStore, type Db } from "../store/index.ts";
import { createRunOnceJob } from "./job.ts";

let db: Db;
beforeEach(() => {
  db = openStore(":memory:");
  createProject(db, { id: "p", name: "shop" });
  createService(db, { id: "s", projectId: "p", environmentId: environmentsOf(db, "p")[0]!.id, name: "web", shape: "web", config: {} as never });
});
afterEach(() => db.close());

/** A life of the agent that goes on with a command from there; `listContainers`: what Docker says. */
function again(checkpoint: object, listContainers: () => Promise<unknown[]>) {
  const note = vi.fn();
  const docker = { listContainers };
  const commit = vi.fn();
  const signal = new AbortController().signal;
  const job = { id: uuid(), serviceId: "s", input: { command: "true", releaseId: uuid(), seconds: 60, by: null }, checkpoint };
  const context = { job, signal, commit, log: () => {}, detail: () => {}, step: (_: string, act: (until: AbortSignal) => unknown) => act(signal) };
  const entry = createRunOnceJob({ db, docker, instanceId: "i", note } as never);
  return { run: () => entry.run(context as never), finish: () => entry.finish(context as never), commit, note };
}

test("a command that has ended well has succeeded, also where Docker fails right after it; its finish takes it away", async () => {
  const asked = vi.fn().mockRejectedValueOnce(new Error("Docker is away")).mockResolvedValue([]);
  const { run, finish, commit, note } = again({ begun: true, exitCode: 0, ended: { problem: null } }, asked);
  await run();
  expect([commit.mock.calls.length, note.mock.calls.length, asked.mock.calls.length]).toEqual([1, 1, 1]);
  await finish();
  expect(asked).toHaveBeenCalledTimes(2);
});

test("one whose words may have been run is never begun again", async () => {
  const asked = vi.fn().mockResolvedValue([]);
  const { run, commit } = again({ begun: true }, asked);
  await expect(run()).rejects.toMatchObject({ problem: { code: "RUN_INTERRUPTED" } });
  expect([commit.mock.calls.length, asked.mock.calls.length]).toEqual([0, 0]);
});
