import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fail, storageSettings } from "../../contract/index.ts";
import { openRooms } from "../api/rooms.fixture.ts";
import { openDocker } from "../docker/client.ts";
import { keepSettings } from "../store/index.ts";
import { createCleanupWatch } from "./watch.ts";

let rooms: ReturnType<typeof openRooms>;
beforeEach(() => (rooms = openRooms()));
afterEach(() => rooms.close());

test("where a full disk keeps the job from being written down, something goes without one, and it is tried again soon", async () => {
  const { core } = rooms;
  keepSettings(core.db, { trustedProxies: [], storage: storageSettings.parse({ logsBytes: 0, freeBytes: 0 }) });
  const folder = core.paths.logsOf("01900000-0000-7000-8000-000000000001");
  mkdirSync(folder, { recursive: true });
  const paths = [1, 2].map((at) => join(folder, `${at}000_abcdef012345_01900000-0000-7000-8000-000000000002_1.log`));
  for (const path of paths) writeFileSync(path, "x");
  const asked: unknown[] = [];
  const jobs = { ...core.jobs, enqueue: (job: { input: unknown }) => (asked.push(job.input), asked.length === 1 ? refused() : {}) } as unknown as typeof core.jobs;
  const watch = createCleanupWatch({ ...core, docker: openDocker("/nowhere/docker.sock") }, { jobs, clock: core.clock });
  await watch.look();
  expect(existsSync(paths[0]!)).toBe(false);
  writeFileSync(paths[0]!, "x");
  await watch.look();
  expect(asked).toEqual([{ reach: "budgets" }, { reach: "budgets" }]);
  // Now there is a job, which takes what is to go; nothing is asked again for a day.
  await watch.look();
  expect([existsSync(paths[0]!), asked.length]).toEqual([true, 2]);
});

function refused(): never {
  throw fail("STORE_READ_ONLY", { path: "/data/store.db" });
}
