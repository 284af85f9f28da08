import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { createProject, createVolume, environmentsOf, findVolume, updateVolume } from "../store/index.ts";
import { migrate } from "../store/migrate.ts";
import { refuseMoved } from "./copy.ts";

const trashed = { serviceId: null, state: "trash", deletedAt: 5 } as const;

/** By which code a copy ends whose volume was in the trash when it began, and became that meanwhile. */
function afterwards(held: string | null, change: Parameters<typeof updateVolume>[2], before: Parameters<typeof updateVolume>[2] = trashed): string {
  const db = new DatabaseSync(":memory:");
  migrate(db);
  createProject(db, { id: "p", name: "shop" });
  createVolume(db, { id: "v", environmentId: environmentsOf(db, "p")[0]!.id, serviceName: "web", name: "web-data", path: "/data", createdAt: 1, serviceId: null, ...before });
  const begun = findVolume(db, "v")!;
  if (Object.keys(change).length > 0) updateVolume(db, "v", change);
  try {
    refuseMoved({ db }, begun, held === null ? undefined : { id: held });
    return "copied";
  } catch (error) {
    return (error as { problem: { code: string } }).problem.code;
  }
}

test("what came to a service that the copy does not hold may have been written to, whatever runs by now", () => {
  expect({
    "it stayed": afterwards(null, {}),
    "it was measured": afterwards(null, { bytes: 7, measuredAt: 8 }),
    "it came to another": afterwards(null, { serviceId: "api", state: "mounted", deletedAt: null }),
    "and back into the trash": afterwards(null, { deletedAt: 9 }),
    "out of the trash of one that is held, to another": afterwards("web", { serviceId: "api", state: "wanted", deletedAt: null }, { ...trashed, serviceId: "web" }),
    "back to the one that is held, whose deployment waits": afterwards("web", { serviceId: "web", state: "wanted", deletedAt: null }, { ...trashed, serviceId: "web" }),
  }).toEqual({
    "it stayed": "copied",
    "it was measured": "copied",
    "it came to another": "VOLUME_MOVED",
    "and back into the trash": "VOLUME_MOVED",
    "out of the trash of one that is held, to another": "VOLUME_MOVED",
    "back to the one that is held, whose deployment waits": "copied",
  });
});
