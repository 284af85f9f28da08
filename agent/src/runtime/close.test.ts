import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { DeployDeps } from "../deploy/deps.ts";
import { createFakeClock } from "../jobs/entry.fixture.ts";
import { migrate } from "../store/migrate.ts";
import { createRuntime } from "./index.ts";
import { createSightings } from "./sightings.ts";

const never = () => new Promise<never>(() => {});

test("an agent that ends does not wait for a Docker that hangs", async () => {
  const db = new DatabaseSync(":memory:");
  migrate(db);
  const clock = createFakeClock();
  const asked: string[] = [];
  const deps = {
    db,
    instanceId: "i",
    docker: { listContainers: () => (asked.push("list"), never()), getEvents: never, pulse: { onHeardAgain: () => () => {}, onSilent: () => () => {} } },
    sightings: createSightings(db),
    caddy: { ensure: async () => {}, sync: async () => {}, current: async () => null },
    names: { sync: async () => {}, admit: async () => {} },
    routing: (act: () => unknown) => act(),
    note: () => {},
    paths: { logCopies: "/nowhere" },
  } as unknown as DeployDeps;
  const jobs = { onFree: () => {}, hold: () => () => {}, isFree: () => true } as never;
  const runtime = createRuntime(deps, { jobs, changes: { emit: () => {} } as never, clock });
  runtime.start();
  await clock.settled();
  const closed = runtime.close();
  await clock.forward(5000);
  await closed;
  expect(asked).toEqual(["list"]);
});
