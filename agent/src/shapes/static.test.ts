import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { v7 as uuid } from "uuid";
import { afterEach, beforeEach, expect, test } from "vitest";
import { serviceConfig } from "../../contract/index.ts";
import { openRooms } from "../api/rooms.fixture.ts";
import { copyRelease, createProject, createRelease, createService, deleteRelease, environmentsOf, findRelease, updateRelease, type ReleaseRow } from "../store/index.ts";
import { site } from "./static.ts";

let rooms: ReturnType<typeof openRooms>;
let serviceId: string;
const deps = () => rooms.core as unknown as Parameters<typeof site.unmake>[0];
beforeEach(() => {
  rooms = openRooms();
  const { db } = rooms.core;
  const projectId = uuid();
  createProject(db, { id: projectId, name: "shop" });
  serviceId = uuid();
  createService(db, { id: serviceId, projectId, environmentId: environmentsOf(db, projectId)[0]!.id, name: "docs", shape: "static", config });
});
afterEach(() => rooms.close());

const config = serviceConfig.parse({ source: { type: "git", url: "https://git.invalid/a/b", branch: "main" } });
const page = (id: string) => join(rooms.core.paths.site(serviceId, id), "index.html");

function made(text: string): ReleaseRow {
  const id = uuid();
  createRelease(rooms.core.db, { id, serviceId, deploymentId: uuid(), shape: "static", config, variables: null });
  mkdirSync(rooms.core.paths.site(serviceId, id), { recursive: true });
  writeFileSync(page(id), text);
  updateRelease(rooms.core.db, id, { state: "retired" });
  return findRelease(rooms.core.db, id)!;
}
async function copied(from: ReleaseRow): Promise<ReleaseRow> {
  const id = uuid();
  copyRelease(rooms.core.db, from, { id, deploymentId: uuid(), image: null, mounts: [] });
  const copy = findRelease(rooms.core.db, id)!;
  expect([await site.hold(deps(), copy), await site.hold(deps(), copy)]).toEqual([true, true]);
  return copy;
}
async function forget(release: ReleaseRow) {
  await site.unmake(deps(), release);
  await site.unmake(deps(), release);
  deleteRelease(rooms.core.db, release.id);
}

test.each([
  ["the first one goes first", [0, 1, 2]],
  ["the first one goes last", [2, 1, 0]],
  ["it goes between its copies", [1, 0, 2]],
])("copies of a site have its files for as long as one of them stands: %s", async (_, order) => {
  const first = made("one");
  const copy = await copied(first);
  const all = [first, copy, await copied(copy)];
  const standing = new Set(all);
  for (const number of order) {
    await forget(all[number]!);
    standing.delete(all[number]!);
    expect([...standing].map(({ id }) => readFileSync(page(id), "utf8"))).toEqual([...standing].map(() => "one"));
  }
  expect(all.map(({ id }) => existsSync(rooms.core.paths.site(serviceId, id)))).toEqual([false, false, false]);
});

test("a site whose files somebody took away is not there to come back", async () => {
  const first = made("one");
  await site.unmake(deps(), first);
  copyRelease(rooms.core.db, first, { id: "copy", deploymentId: uuid(), image: null, mounts: [] });
  expect(await site.hold(deps(), findRelease(rooms.core.db, "copy")!)).toBe(false);
});
