import { DatabaseSync } from "node:sqlite";
import { v7 as uuid } from "uuid";
import { expect, test } from "vitest";
import type { ServiceConfig } from "../../contract/index.ts";
import type { Docker } from "../docker/client.ts";
import { createProject, createRelease, createService, environmentsOf, listPulledImages, putPulledImage } from "../store/index.ts";
import { migrate } from "../store/migrate.ts";
import { dropPulledImages } from "./pulled.ts";

test("a name that a deployment needs which begins while names are taken back is not taken away under it", async () => {
  const db = new DatabaseSync(":memory:");
  migrate(db);
  const [project, service] = [uuid(), uuid()];
  const config = { source: { type: "image", reference: "app:1" } } as unknown as ServiceConfig;
  createProject(db, { id: project, name: "shop" });
  createService(db, { id: service, projectId: project, environmentId: environmentsOf(db, project)[0]!.id, name: "web", shape: "web", config });
  putPulledImage(db, { reference: "app:1", imageId: "sha256:1" });
  const removed: string[] = [];
  const inspect = async () => {
    createRelease(db, { id: uuid(), serviceId: service, deploymentId: uuid(), shape: "web", variables: null, config, state: "preparing" });
    return { Id: "sha256:1" };
  };
  const docker = { getImage: (name: string) => ({ inspect, remove: async () => void removed.push(name) }) } as unknown as Docker;
  await dropPulledImages({ db, docker });
  expect(removed).toEqual([]);
});

test("where one name is asked for, no other is taken back", async () => {
  const db = new DatabaseSync(":memory:");
  migrate(db);
  for (const name of ["app:1", "app:2"]) putPulledImage(db, { reference: name, imageId: null });
  const inspect = async () => {
    throw Object.assign(new Error("no such image"), { statusCode: 404 });
  };
  await dropPulledImages({ db, docker: { getImage: () => ({ inspect }) } as unknown as Docker }, "", "app:2");
  expect(listPulledImages(db).map(({ reference }) => reference)).toEqual(["app:1"]);
});
