import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Failure } from "../../contract/index.ts";
import { imageId as findImage } from "../docker/pull.ts";
import { openDocker } from "../docker/client.ts";
import { buildxBin } from "../../../test/world/parts.ts";
import { buildImage, buildSite, readBuildOutput, removeSite } from "./index.ts";

const IMAGE = process.env.AEROPLANE_TEST_IMAGE ?? "node:24-slim";
const socket = "/var/run/docker.sock";
const docker = openDocker(socket);
const usable = (await findImage(docker, IMAGE).catch(() => null)) !== null;
const run = promisify(execFile);

let root = "";
let buildx = "";
let count = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "aeroplane-build-"));
  if (usable) buildx = await buildxBin();
});
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

async function folder(files: Record<string, string>) {
  const context = join(root, `context-${count++}`);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(context, path, ".."), { recursive: true });
    await writeFile(join(context, path), text);
  }
  return context;
}

function common(signal = new AbortController().signal) {
  const lines: string[] = [];
  const fractions: number[] = [];
  return {
    lines,
    fractions,
    builder: { buildx, dockerSocket: socket, stateDir: join(root, "state"), engineDir: async () => "/" },
    tmpDir: join(root, "tmp"),
    outputFile: join(root, `output-${count++}.raw`),
    signal,
    log: (text: string) => void lines.push(text),
    onProgress: (fraction: number) => void fractions.push(fraction),
    serviceName: "web",
    contextName: "app",
  };
}

async function outcome(files: Record<string, string>, more: Partial<Parameters<typeof buildImage>[0]> = {}) {
  const context = await folder(files);
  return await buildImage({ ...common(), context, tag: `aeroplane-build-test:${count}`, labels: {}, ...more }).catch((error: unknown) =>
    error instanceof Failure ? error.problem : error,
  );
}

test.runIf(usable)("builds an image; what its steps print is in the log and can be read again from the file", async () => {
  const context = await folder({ Dockerfile: `FROM ${IMAGE}\nRUN echo out-${Date.now()} && echo err >&2\nCMD ["x"]\n` });
  const o = common();
  const tag = `aeroplane-build-test:${Date.now()}`;
  const { imageId } = await buildImage({ ...o, context, tag, labels: { "run.aeroplane.test": "1" } });
  try {
    const { stdout } = await run("docker", ["inspect", "--format", '{{.Id}} {{index .Config.Labels "run.aeroplane.test"}}', tag]);
    expect(stdout.trim()).toBe(`${imageId} 1`);
    expect(o.lines.some((line) => /^out-\d+$/.test(line))).toBe(true);
    const again: string[] = [];
    for await (const { text } of readBuildOutput(o.outputFile)) again.push(text);
    expect(again).toEqual(o.lines);
    expect(o.fractions.at(-1)).toBe(1);
    expect(o.fractions).toEqual(o.fractions.toSorted((a, b) => a - b));
  } finally {
    await run("docker", ["rmi", "-f", tag]);
  }
});

test.runIf(usable)("names what went wrong", async () => {
  const nothing = async (problem: unknown) => (problem as { code: string; message: string }).message;
  expect({
    missing: await nothing(await outcome({ "other.txt": "" })),
    step: await nothing(await outcome({ Dockerfile: `FROM ${IMAGE}\nRUN exit 7\n` })),
    syntax: await nothing(await outcome({ Dockerfile: `FROM ${IMAGE}\nRUNN x\n` })),
    copy: await nothing(await outcome({ Dockerfile: `FROM ${IMAGE}\nCOPY nothing.txt /\n` })),
    registry: await nothing(await outcome({ Dockerfile: "FROM registry.invalid/team/app:1\n" })),
    disk: await nothing(await outcome({ Dockerfile: `FROM ${IMAGE}\nRUN echo 'write: No space left on device' && exit 1\n` })),
    builder: await nothing(await outcome({ Dockerfile: "FROM scratch\n" }, { builder: { buildx: "/nonexistent", dockerSocket: socket, stateDir: join(root, "state"), engineDir: async () => "/" } })),
    docker: await nothing(await outcome({ Dockerfile: "FROM scratch\n" }, { builder: { buildx, dockerSocket: "/nonexistent.sock", stateDir: join(root, "state"), engineDir: async () => "/" } })),
  }).toEqual({
    missing: "There is no Dockerfile in app.",
    step: "The build step [2/2] RUN exit 7 ended with exit code 7.",
    syntax: expect.stringMatching(/^The Dockerfile in app cannot be read: line 2: unknown instruction: RUNN/),
    copy: expect.stringMatching(/^The build step \[2\/2\] COPY nothing.txt \/ failed: .*not found/),
    registry: "The registry of registry.invalid/team/app:1 could not be reached.",
    disk: expect.stringMatching(/^The disk of this server filled up while building web; [\d.]+ [GM]iB are free\.$/),
    builder: "BuildKit is not available on this server: there is no /nonexistent.",
    docker: expect.stringMatching(/^Docker does not answer on this server: /),
  });
});

test.runIf(usable)("a cancelled build ends its step", async () => {
  const stop = new AbortController();
  const mark = `sleep-${process.pid}-${Date.now()}`;
  const context = await folder({ Dockerfile: `FROM ${IMAGE}\nRUN echo ${mark} && sleep 300\n` });
  const o = common(stop.signal);
  const log = (text: string) => {
    if (text === mark) stop.abort();
  };
  await expect(buildImage({ ...o, log, context, tag: "aeroplane-build-test:never", labels: {} })).rejects.toThrow();
  await expect.poll(async () => (await run("ps", ["ax", "-o", "args"])).stdout.includes(`echo ${mark} &&`)).toBe(false);
});

const site = (more: object) => ({ outputDirectory: "", buildCommand: null, buildImage: IMAGE, ...more });

test.runIf(usable)("makes a site by its command, with the variables, and gives it to root alone", async () => {
  const context = await folder({ "in.txt": "hello", ".dockerignore": "in.txt\n" });
  const into = join(root, "sites", "s1", "r1");
  const variables = { RELEASE: "it's r1" };
  const size = await buildSite({ ...common(), context, site: site({ buildCommand: 'mkdir dist && cp in.txt dist/ && echo "$RELEASE" > dist/index.html && chmod 600 dist/in.txt', outputDirectory: "dist" }), variables, into, account: null });
  expect(size).toEqual({ files: 2, bytes: 13 });
  expect(await readFile(join(into, "index.html"), "utf8")).toBe("it's r1\n");
  expect([(await stat(join(into, "in.txt"))).mode & 0o777, (await stat(into)).mode & 0o777]).toEqual([0o644, 0o755]);
  expect(await readdir(join(root, "sites", "s1"))).toEqual(["r1"]);
  // What is left says how it ended; the variables are gone.
  expect([await readdir(join(root, "tmp")), (await readdir(join(root, "tmp", "build"))).toSorted()]).toEqual([["build"], ["outcome", "self"]]);
  await removeSite(into);
});

test.runIf(usable)("a site's command that fails, that makes nothing, that makes a link out", async () => {
  const context = await folder({ "index.html": "x" });
  const into = join(root, "sites", "s2", "r1");
  const made = async (buildCommand: string) =>
    await buildSite({ ...common(), context, site: site({ buildCommand, outputDirectory: "dist" }), variables: {}, into, account: null }).catch((error: Failure) => error.problem.code);
  expect([await made("exit 4"), await made("true"), await made("mkdir dist && ln -s /etc/passwd dist/p")]).toEqual(["BUILD_FAILED", "STATIC_OUTPUT_MISSING", "SOURCE_ESCAPES"]);
  expect(await readdir(join(root, "sites", "s2"))).toEqual([]);
});

test("copies a site as it is, without what leads out of its folder", async () => {
  const context = await folder({ "public/index.html": "hello", "public/a/b.txt": "b", "secret.txt": "s" });
  await symlink("a/b.txt", join(context, "public", "inner"));
  const into = join(root, "sites", "s3", "r1");
  const make = (outputDirectory: string) => buildSite({ ...common(), context, site: site({ outputDirectory }), variables: {}, into, account: null });
  expect(await make("public")).toEqual({ files: 2, bytes: 6 });
  expect(await readFile(join(into, "inner"), "utf8")).toBe("b");
  await expect(make("nowhere")).rejects.toMatchObject({ problem: { code: "STATIC_OUTPUT_MISSING" } });
  await symlink("../secret.txt", join(context, "public", "outer"));
  await expect(make("public")).rejects.toMatchObject({ problem: { code: "SOURCE_ESCAPES", values: { path: "outer" } } });
});
