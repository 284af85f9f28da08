import { expect, test } from "vitest";
import { toProblem } from "../../contract/problem.ts";
import type { Docker } from "./client.ts";
import { pullFailure } from "./failures.ts";

const docker = { info: async () => ({ DockerRootDir: "/" }) } as unknown as Docker;

/** As the engine says it, here and at Docker Hub. */
test.each([
  ["manifest for app:1 not found: manifest unknown: manifest unknown", "IMAGE_NOT_FOUND"],
  ["pull access denied for nobody/nothing, repository does not exist or may require 'docker login'", "IMAGE_NOT_FOUND"],
  ["unauthorized: authentication required", "IMAGE_NOT_FOUND"],
  ['Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host', "REGISTRY_UNREACHABLE"],
  ['Get "https://reg.example/v2/": net/http: TLS handshake timeout', "REGISTRY_UNREACHABLE"],
  ["failed to register layer: write /lib/x: no space left on device", "DISK_FULL"],
  ["something new", "UNEXPECTED"],
])("%s", async (said, code) => {
  expect(toProblem(await pullFailure(docker, "app:1", new Error(said))).code).toBe(code);
});
