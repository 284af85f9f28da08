import { createServer, type Server } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildCache } from "./build-cache.ts";
import { openDocker } from "./client.ts";
import { imageSpace } from "./space.ts";

let folder: string;
let server: Server;
let answer: unknown;
let asked: string[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "aeroplane-df-"));
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url!);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(join(folder, "docker.sock"), resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});
const signal = new AbortController().signal;
const docker = () => openDocker(join(folder, "docker.sock"));
const told = async (given: unknown) => {
  answer = given;
  return (await buildCache(docker(), signal)).map(({ ID }) => ID);
};

test("records are read as every engine tells them", async () => {
  expect(await told({ LayersSize: 1, BuildCache: [{ ID: "a" }] })).toEqual(["a"]);
  expect(await told({ BuildCache: null })).toEqual([]);
  expect(await told({ BuildCache: null, BuildCacheUsage: { TotalCount: 1, Items: [{ ID: "b" }] } })).toEqual(["b"]);
  expect(await told({ BuildCacheUsage: { TotalCount: 1, Items: [{ ID: "c" }] } })).toEqual(["c"]);
  expect(await told({ BuildCacheUsage: {} })).toEqual([]);
  expect(asked[0]).toBe("/system/df?type=build-cache&verbose=1");
});

test("an engine that tells nothing has not lost everything", async () => {
  await expect(told({})).rejects.toThrow("Docker does not tell what it has of build-cache");
});

test("what images share is read as every engine tells it", async () => {
  const image = { Id: "i", Size: 10, SharedSize: 4, RepoTags: ["a:1"] };
  const space = { id: "i", size: 10, shared: 4, tags: ["a:1"] };
  answer = { Images: [image] };
  expect(await imageSpace(docker(), signal)).toEqual([space]);
  answer = { ImageUsage: { Items: [{ ...image, SharedSize: -1 }] } };
  expect(await imageSpace(docker(), signal)).toEqual([{ ...space, shared: 0 }]);
});
