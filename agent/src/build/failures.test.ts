import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { buildFailure } from "./failures.ts";

/** As BuildKit says it of a FROM line. */
test.each([
  ["node:24-slim", "docker.io/library/node:24-slim: failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/node/manifests/sha256:0: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.", "REGISTRY_LIMITED"],
  ["node:24-slim", "failed to resolve source metadata for docker.io/library/node:24-slim: unexpected status from HEAD request to https://registry-1.docker.io/v2/library/node/manifests/24-slim: 503 Service Unavailable", "REGISTRY_FAILING"],
  ["node:24-slim", "failed to resolve source metadata for docker.io/library/node:24-slim: no match for platform in manifest: not found", "IMAGE_WRONG_PROCESSOR"],
  ["node:no-such", "failed to resolve source metadata for docker.io/library/node:no-such: docker.io/library/node:no-such: not found", "BASE_IMAGE_NOT_FOUND"],
  ["x509/tls:1", "failed to resolve source metadata for docker.io/x509/tls:1: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed", "BASE_IMAGE_NOT_FOUND"],
  ["node:24-slim", 'failed to do request: Head "https://registry-1.docker.io/v2/library/node/manifests/24-slim": dial tcp: lookup registry-1.docker.io: no such host', "REGISTRY_UNREACHABLE"],
])("FROM %s: %s", async (base, said, code) => {
  const step = { name: `[internal] load metadata for docker.io/library/${base}`, error: said, lastLines: [] };
  const failure = await buildFailure({ serviceName: "web", contextName: ".", engineDir: async () => "/", step: step as never, plain: "", context: "/nonexistent", dockerfile: "/nonexistent" });
  expect(failure.problem.code).toBe(code);
});

test("the likely cause of a killed step, of a script with carriage returns and of a heredoc for an old builder", async () => {
  const context = await mkdtemp(join(tmpdir(), "aeroplane-causes-"));
  onTestFinished(() => rm(context, { recursive: true }));
  const dockerfile = join(context, "Dockerfile");
  await writeFile(dockerfile, "FROM scratch\nRUN <<EOF\necho a\nEOF\n");
  await writeFile(join(context, "build.sh"), "#!/bin/sh\r\necho a\r\n");
  await writeFile(join(context, "good.sh"), "#!/bin/sh\necho a\n");
  const told = async (step: object | null, plain = "") => {
    const { problem } = await buildFailure({ serviceName: "web", contextName: "app", engineDir: async () => "/", step: step as never, plain, context, dockerfile });
    return [problem.code, problem.message];
  };
  const ended = (name: string, code: number) => ({ name, error: `process "/bin/sh -c x" did not complete successfully: exit code: ${code}`, lastLines: [] });
  const unknown = "ERROR: failed to build: failed to solve: dockerfile parse error on line 3: unknown instruction: echo";
  expect(await told(ended("[2/3] RUN npm ci", 137))).toEqual(["BUILD_KILLED", expect.stringContaining("memory")]);
  expect(await told(ended("[3/3] RUN ./build.sh", 127))).toEqual(["SCRIPT_HAS_CRLF", expect.stringContaining("build.sh")]);
  expect(await told(ended("[3/3] RUN /app/build.sh --all", 127))).toEqual(["SCRIPT_HAS_CRLF", expect.stringContaining("CRLF")]);
  expect(await told(ended("[3/3] RUN ./good.sh", 127))).toEqual(["BUILD_FAILED", expect.stringContaining("127")]);
  expect(await told(null, unknown)).toEqual(["DOCKERFILE_HEREDOC_UNKNOWN", expect.stringContaining("line 2")]);
  await writeFile(dockerfile, "FROM scratch\nRUN echo a\necho b\n");
  expect(await told(null, unknown)).toEqual(["DOCKERFILE_INVALID", expect.stringContaining("unknown instruction")]);
});
