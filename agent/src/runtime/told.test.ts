import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { DeployDeps } from "../deploy/deps.ts";
import { createFakeClock } from "../jobs/entry.fixture.ts";
import { migrate } from "../store/migrate.ts";
import { createInstance, findService, updateInstance } from "../store/index.ts";
import { createRuntime } from "./index.ts";
import { createSightings } from "./sightings.ts";

const id = (number: number) => `0198c0de-0000-7000-8000-${String(number).padStart(12, "0")}`;
const [PROXY, LIVE, SECOND] = [id(22), id(42), id(300)];
const never = () => new Promise<never>(() => {});

test("of what began again while Docker was away its health says nothing, and its start that it is down until it answers", async () => {
  const db = new DatabaseSync(":memory:");
  db.exec(readFileSync(join(import.meta.dirname, "../store/fixtures/schema-2.sql"), "utf8"));
  migrate(db);
  createInstance(db, { id: SECOND, releaseId: LIVE, ordinal: 2, address: "10.210.0.8" });
  updateInstance(db, SECOND, { containerId: "second", state: "live" });
  const clock = createFakeClock();
  const sightings = createSightings(db);
  for (const one of [LIVE, SECOND]) sightings.saw(one);
  sightings.lost(3000);
  const events = new PassThrough();
  const deps = {
    db,
    instanceId: "i",
    docker: { getEvents: async () => events, pulse: { onHeardAgain: () => () => {}, onSilent: () => () => {} } },
    sightings,
    // No look of the loop comes first, and no try comes to its end.
    caddy: { ensure: never, current: async () => null, trial: never },
    // As where the agent ends meanwhile: nobody waits for it, and nobody may fall over it.
    names: { sync: async () => {}, admit: () => Promise.reject(new Error("database is not open")) },
    routing: (act: () => unknown) => act(),
    note: () => {},
    paths: { logCopies: "/nowhere" },
  } as unknown as DeployDeps;
  const jobs = { onFree: () => {}, hold: () => () => {}, isFree: () => true } as never;
  const runtime = createRuntime(deps, { jobs, changes: { emit: () => {} } as never, clock });
  runtime.start();
  const tell = (container: string, action: string) =>
    void events.write(`${JSON.stringify({ Action: action, Actor: { ID: container, Attributes: { "run.aeroplane.instance": "i", "run.aeroplane.service": PROXY } }, timeNano: 4000e6 })}\n`);
  const told = () => runtime.state(findService(db, PROXY)!).instances.map(({ state }) => state);
  tell("second", "health_status: healthy");
  tell("facade", "start");
  await expect.poll(told).toEqual(["down", "unknown"]);
  tell("second", "start");
  await expect.poll(told).toEqual(["down", "down"]);
  const closed = runtime.close();
  await clock.forward(5000);
  await closed;
});
