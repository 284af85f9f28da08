import { expect, test } from "vitest";
import { createProject, createRelease, createService, createVolume, environmentsOf, findVolume, openStore, updateVolume } from "../store/index.ts";
import { goLive } from "./live.ts";

const config = { source: { type: "image" as const, reference: "nginx:1" } } as never;

test("a volume that lies in the trash while a release runs on it has all of its days from when no release does", () => {
  const db = openStore(":memory:");
  createProject(db, { id: "p", name: "shop" });
  const environmentId = environmentsOf(db, "p")[0]!.id;
  createService(db, { id: "s", projectId: "p", environmentId, name: "web", shape: "web", config });
  for (const id of ["stays", "goes"]) createVolume(db, { id, environmentId, serviceId: "s", serviceName: "web", name: id, path: `/${id}`, createdAt: 1, madeAt: 1, fresh: 1 });
  const mount = (volumeId: string) => ({ volumeId, path: `/${volumeId}` });
  const release = (id: string, ...mounted: string[]) => createRelease(db, { id, serviceId: "s", deploymentId: id, shape: "web", config, variables: null, mounts: mounted.map(mount) });
  const now = () => ["stays", "goes"].map((id) => findVolume(db, id)!).map(({ state, deletedAt }) => [state, deletedAt === null ? null : deletedAt > 2]);

  release("r1", "stays", "goes");
  goLive(db, "s", "r1");
  expect(now()).toEqual([["mounted", null], ["mounted", null]]);
  // By a Deploy that fails: the one before runs on, and is restarted and gone back to with what it has.
  updateVolume(db, "goes", { state: "trash", deletedAt: 2 });
  release("r2", "stays", "goes");
  for (const id of ["r1", "r2"]) goLive(db, "s", id);
  expect(now()).toEqual([["mounted", null], ["trash", false]]);
  release("r3", "stays");
  goLive(db, "s", "r3");
  expect(now()).toEqual([["mounted", null], ["trash", true]]);
  db.close();
});
