import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { cp, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Failure } from "../../contract/index.ts";
import { imageId as findImage } from "../docker/pull.ts";
import { openDocker } from "../docker/client.ts";
import { createSealer } from "../secrets/sealer.ts";
import type { Making } from "../shapes/shape.ts";
import { site as staticSite } from "../shapes/static.ts";
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
    disk: expect.stringMatching(/^The disk of this server filled up while building web; [\d.]+ [GM]B are free\.$/),
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
  const size = await buildSite({ ...common(), context, site: site({ buildCommand: 'mkdir dist && cp in.txt dist/ && echo "$RELEASE" > dist/index.html && chmod 600 dist/in.txt && chmod 777 dist && chown -R 1234:1234 dist', outputDirectory: "dist" }), variables, variablesKey: "k1", into, account: null });
  expect(size).toEqual({ files: 2, bytes: 13 });
  expect(await readFile(join(into, "index.html"), "utf8")).toBe("it's r1\n");
  // Whoever the command gave them to, and whatever it let others do.
  const [me, group] = [process.getuid!(), process.getgid!()];
  const { stdout } = await run("find", [into, "-printf", "%P %m %U:%G\n"]);
  expect(stdout.trim().split("\n").map((line) => line.trim()).toSorted()).toEqual([`755 ${me}:${group}`, `in.txt 644 ${me}:${group}`, `index.html 644 ${me}:${group}`].toSorted());
  expect(await readdir(join(root, "sites", "s1"))).toEqual(["r1"]);
  // What is left says how it ended; the variables are gone.
  expect([await readdir(join(root, "tmp")), (await readdir(join(root, "tmp", "build"))).toSorted()]).toEqual([["build"], ["outcome", "self"]]);
  await removeSite(into);
});

test.runIf(usable)("the same variables let the next build keep the last one's work, and its log tells nobody what they are", async () => {
  const context = await folder({ "in.txt": `${Date.now()}` });
  const variables = { PIN: "1234", REGION: "eu-west-1" };
  const sealer = createSealer(randomBytes(32));
  const sites = join(root, "sites");
  const made = async (releaseId: string, values: Record<string, string>, serviceId = "service") => {
    const o = common();
    const release = { id: releaseId, commit: null, config: { site: site({ buildCommand: 'echo "$PIN in $REGION" > index.html', outputDirectory: "" }) } };
    const deps = { sealer, sandbox: null, paths: { site: (service: string, id: string) => join(sites, service, id) } };
    const making = { deps, context: { detail: () => {} }, plan: { release, service: { id: serviceId }, variables: values }, material: { directory: context, name: "app" }, means: { ...o, rejoin: false } };
    await staticSite.make(making as unknown as Making);
    return { log: o.lines.join("\n"), raw: await readFile(o.outputFile, "utf8"), kept: o.lines.some((line) => line.includes("RUN") && line.endsWith("(kept from an earlier build)")), page: await readFile(join(sites, serviceId, releaseId, "index.html"), "utf8") };
  };
  const [first, second, other, elsewhere] = [await made("r1", variables), await made("r2", variables), await made("r3", { ...variables, PIN: "1235" }), await made("r4", variables, "another")];
  expect([first, second, other, elsewhere].map(({ kept, page }) => [kept, page])).toEqual([
    [false, "1234 in eu-west-1\n"],
    [true, "1234 in eu-west-1\n"],
    [false, "1235 in eu-west-1\n"],
    [false, "1234 in eu-west-1\n"],
  ]);
  // Whoever knows all but the PIN tries each in every way of writing them down; what stands in the log are plain hex digits.
  const hex = new Set((first.log + first.raw + second.log + second.raw).match(/[0-9a-f]{16,}/g));
  const written = [...hex].filter((digits) => digits.length < 64);
  for (const words of ways(variables))
    for (const name of ["sha256", "sha1", "md5", "sha512"]) {
      const hash = createHash(name).update(words).digest("hex");
      expect(hex.has(hash) || written.some((digits) => hash.startsWith(digits))).toBe(false);
    }
  expect(first.log).not.toMatch(/r1|AEROPLANE_VARIABLES_KEY|variables-/);
});

test("a copy that an earlier agent had begun, or had ended, is made anew", async () => {
  const context = await folder({ "index.html": "hello", "a/b.txt": "b" });
  await symlink("index.html", join(context, "link"));
  const into = join(root, "sites", "s5", "r1");
  const again = (rejoin: boolean) => buildSite({ ...common(), rejoin, context, site: site({}), variables: {}, variablesKey: "", into, account: null });
  await again(false);
  await cp(into, `${into}.new`, { recursive: true, verbatimSymlinks: true });
  await writeFile(join(`${into}.new`, "index.html"), "hel");
  const sizes = [await again(true), await again(true)];
  expect([sizes, await readFile(join(into, "index.html"), "utf8"), await readdir(join(root, "sites", "s5"))]).toEqual([[{ files: 2, bytes: 6 }, { files: 2, bytes: 6 }], "hello", ["r1"]]);
});

/** As somebody would write variables down to try them: each value, each line, all of them, with and without the release. */
function ways(variables: Record<string, string>): string[] {
  const all = [variables, { ...variables, AEROPLANE_RELEASE_ID: "r1" }, { ...variables, AEROPLANE_RELEASE_ID: "r2" }].map((values) => Object.entries(values).toSorted());
  const lines = all.flatMap((values) => [
    values.map(([name, value]) => `export ${name}='${value}'\n`).join(""),
    values.map(([name, value]) => `${name}=${value}\n`).join(""),
    values.map(([name, value]) => `${name}=${value}`).join("\n"),
    JSON.stringify(values),
    JSON.stringify(Object.fromEntries(values)),
  ]);
  return [...Object.values(variables), ...Object.entries(variables).flatMap(([name, value]) => [`${name}=${value}`, `export ${name}='${value}'\n`]), ...lines];
}

test.runIf(usable)("a site's command that fails, that makes nothing, that makes a link out", async () => {
  const context = await folder({ "index.html": "x" });
  const into = join(root, "sites", "s2", "r1");
  const made = async (buildCommand: string) =>
    await buildSite({ ...common(), context, site: site({ buildCommand, outputDirectory: "dist" }), variables: {}, variablesKey: "", into, account: null }).catch((error: Failure) => error.problem.code);
  expect([await made("exit 4"), await made("true"), await made("mkdir dist && ln -s /etc/passwd dist/p")]).toEqual(["BUILD_FAILED", "STATIC_OUTPUT_MISSING", "SOURCE_ESCAPES"]);
  expect(await readdir(join(root, "sites", "s2"))).toEqual([]);
});

test("copies a site as it is; a link to elsewhere in the repository becomes what it leads to, one that leaves it is refused", async () => {
  const repository = await folder({ "web/public/index.html": "hello", "web/public/a/b.txt": "b", "web/notes.txt": "n", "shared/logo.svg": "logo" });
  const context = join(repository, "web");
  const served = join(context, "public");
  await symlink("a/b.txt", join(served, "inner"));
  await symlink("../notes.txt", join(served, "outer"));
  await symlink("../../shared", join(served, "shared"));
  await symlink("nothing", join(served, "dangling"));
  await symlink("../nothing", join(served, "gone"));
  // Each leads to what holds the other.
  await symlink("..", join(repository, "shared", "all"));
  await writeFile(Buffer.concat([Buffer.from(`${served}/`), Buffer.from("\xE4.txt", "latin1")]), "odd");
  const into = join(root, "sites", "s3", "r1");
  const make = (outputDirectory: string) => buildSite({ ...common(), context, repository, site: site({ outputDirectory }), variables: {}, variablesKey: "", into, account: null });
  await make("public");
  expect((await readdir(into, "latin1")).toSorted()).toEqual(["a", "dangling", "index.html", "inner", "outer", "shared", "\xE4.txt"].toSorted());
  expect([await readFile(join(into, "inner"), "utf8"), await readFile(join(into, "outer"), "utf8"), await readFile(join(into, "shared/logo.svg"), "utf8"), await readFile(join(into, "shared/all/web/notes.txt"), "utf8")]).toEqual(["b", "n", "logo", "n"]);
  expect([(await lstat(join(into, "inner"))).isSymbolicLink(), (await lstat(join(into, "shared"))).isDirectory()]).toEqual([true, true]);
  await expect(make("nowhere")).rejects.toMatchObject({ problem: { code: "STATIC_OUTPUT_MISSING" } });
  await rm(join(repository, "shared", "all"));
  await symlink("/etc/passwd", join(context, "unserved"));
  await make("public");
  await symlink("../unserved", join(served, "served"));
  await expect(make("public")).rejects.toMatchObject({ problem: { code: "SOURCE_ESCAPES", values: { path: "served" } } });
});
