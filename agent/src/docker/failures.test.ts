import { expect, test } from "vitest";
import { toProblem } from "../../contract/problem.ts";
import type { Docker } from "./client.ts";
import { pullFailure } from "./failures.ts";
import { passesWithACopy } from "./registry-words.ts";

const docker = { info: async () => ({ DockerRootDir: "/" }) } as unknown as Docker;

/** As the engine says it, here and at Docker Hub. */
test.each([
  ["manifest for app:1 not found: manifest unknown: manifest unknown", "IMAGE_NOT_FOUND"],
  ["pull access denied for nobody/nothing, repository does not exist or may require 'docker login'", "IMAGE_NOT_FOUND"],
  ["unauthorized: authentication required", "IMAGE_NOT_FOUND"],
  ['Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host', "REGISTRY_UNREACHABLE"],
  ['Get "https://reg.example/v2/": net/http: TLS handshake timeout', "REGISTRY_UNREACHABLE"],
  ["failed to register layer: write /lib/x: no space left on device", "DISK_FULL"],
  ["toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit", "REGISTRY_LIMITED"],
  ["failed to copy: httpReadSeeker: failed open: unexpected status code https://reg.example/v2/app/manifests/1: 429 Too Many Requests", "REGISTRY_LIMITED"],
  ["received unexpected HTTP status: 503 Service Unavailable", "REGISTRY_FAILING"],
  ["unexpected status from HEAD request to https://reg.example/v2/app/manifests/1: 502 Bad Gateway", "REGISTRY_FAILING"],
  ["no matching manifest for linux/arm64/v8 in the manifest list entries", "IMAGE_WRONG_PROCESSOR"],
  ["no match for platform in manifest: not found", "IMAGE_WRONG_PROCESSOR"],
  ['Get "https://reg.example/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority', "REGISTRY_UNREACHABLE"],
  ["something new", "UNEXPECTED"],
])("%s", async (said, code) => {
  expect(toProblem(await pullFailure(docker, "app:1", new Error(said))).code).toBe(code);
});

/** An image may be called after any trouble. */
test.each(["tls-proxy:1", "reg.example/eof/x509:2", "timeout/denied:3", "a/connection-reset@sha256:0"])("%s is what it is called, and no trouble", async (reference) => {
  const path = reference.replace(/[:@].*$/, "");
  const said = [`manifest for ${reference} not found: manifest unknown: manifest unknown`, `pull access denied for ${path}, repository does not exist or may require 'docker login'`, `failed to resolve reference "${reference}": ${reference}: not found`];
  const codes = await Promise.all(said.map(async (words) => toProblem(await pullFailure(docker, reference, new Error(words))).code));
  expect(codes).toEqual(said.map(() => "IMAGE_NOT_FOUND"));
});

test("a copy of the image is as good where the registry is in trouble, and not where the image is", () => {
  const codes = ["REGISTRY_UNREACHABLE", "REGISTRY_LIMITED", "REGISTRY_FAILING", "IMAGE_NOT_FOUND", "IMAGE_WRONG_PROCESSOR", "ABSENT", "DISK_FULL"];
  expect(codes.filter(passesWithACopy)).toEqual(codes.slice(0, 3));
});
