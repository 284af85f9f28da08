import { spawn, type ChildProcess } from "node:child_process";
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Failure } from "../../contract/index.ts";
import { accountsOf, run } from "../sandbox/index.ts";
import { fetchSource, leaves, sourceDirectory } from "./index.ts";

const serve = new URL("../../../test/world/git/serve.ts", import.meta.url).pathname;
const account = accountsOf("0198c0de-0000-7000-8000-000000000001")?.sandbox ?? null;
let root = "";
let url = "";
let server: ChildProcess;

const env = { GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "a@b.test", GIT_COMMITTER_NAME: "Ada", GIT_COMMITTER_EMAIL: "a@b.test", HOME: "/nonexistent" };
async function git(cwd: string, ...args: string[]) {
  const done = await run(["git", ...args], { cwd, env, account: null });
  if (done.code !== 0) throw new Error(done.stderr);
  return done.stdout.trim();
}

/** A served repository whose work tree `fill` has made. */
async function repository(name: string, fill: (folder: string) => Promise<void>) {
  const folder = join(root, "served", `${name}.git`);
  await mkdir(folder, { recursive: true });
  await git(folder, "init", "--quiet", "--initial-branch=main");
  await fill(folder);
  await git(folder, "add", "--all");
  await git(folder, "commit", "--quiet", "--allow-empty", "-m", "First\n\nbody");
  return { url: `${url}/${name}.git`, sha: await git(folder, "rev-parse", "HEAD") };
}

async function fetched(address: string, more: Partial<Parameters<typeof fetchSource>[0]> = {}) {
  const into = join(root, "data", "sources", `c${Math.random().toString(36).slice(2)}`);
  const lines: string[] = [];
  const done = fetchSource({ url: address, branch: "main", into, sourcesDir: join(root, "data", "sources"), account, signal: new AbortController().signal, log: (text) => lines.push(text), ...more });
  return { into, lines, outcome: await done.catch((error: unknown) => (error instanceof Failure ? error.problem.code : error)) };
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "aeroplane-git-"));
  await run(["chmod", "755", root], { cwd: "/", env: {}, account: null });
  await mkdir(join(root, "served"));
  await mkdir(join(root, "data"));
  await writeFile(join(root, "password"), "secret");
  server = spawn(process.execPath, [serve, join(root, "served"), "127.0.0.1", join(root, "port"), join(root, "password")], { stdio: "inherit" });
  await vi.waitFor(async () => expect(await readFile(join(root, "port"), "utf8")).not.toBe(""), { timeout: 20_000 });
  url = `http://127.0.0.1:${await readFile(join(root, "port"), "utf8")}`;
});

afterAll(async () => {
  server?.kill();
  await rm(root, { recursive: true, force: true });
});

test("fetches the newest commit as plain files that belong to the sandbox's own user", async () => {
  const made = await repository("plain", async (folder) => {
    await mkdir(join(folder, "site"));
    await writeFile(join(folder, "site", "index.html"), "hello");
    await symlink("site/index.html", join(folder, "link"));
    await writeFile(join(folder, ".gitattributes"), "* filter=evil\n");
  });
  const { into, outcome, lines } = await fetched(made.url);
  expect(outcome).toEqual({ sha: made.sha, message: "First", author: "Ada" });
  expect((await readdir(into)).toSorted()).toEqual([".gitattributes", "link", "site"]);
  expect((await stat(join(into, "site", "index.html"))).uid).toBe(account?.uid ?? process.getuid?.());
  expect(await readdir(join(root, "data", "sources"))).not.toContain(`${into}.git`);
  expect(lines[0]).toBe(`Fetching branch main of ${made.url}`);
  expect(await sourceDirectory({ into, rootDirectory: "site", sha: made.sha })).toBe(join(into, "site"));
  await expect(sourceDirectory({ into, rootDirectory: "sit", sha: made.sha })).rejects.toMatchObject({ problem: { code: "SOURCE_DIRECTORY_MISSING" } });
});

test("names what went wrong", async () => {
  const made = await repository("wrong", async (folder) => writeFile(join(folder, "a"), "a"));
  await repository("private/closed", async () => {});
  const large = await repository("large", async (folder) => writeFile(join(folder, "big"), Buffer.alloc(3_000_000)));
  const codes = {
    branch: (await fetched(made.url, { branch: "nope" })).outcome,
    repository: (await fetched(`${url}/nothing.git`)).outcome,
    private: (await fetched(`${url}/private/closed.git`)).outcome,
    port: (await fetched("http://127.0.0.1:9/a.git")).outcome,
    host: (await fetched("https://no-such-host.invalid/a.git")).outcome,
    ssh: (await fetched("git@127.0.0.1:a.git")).outcome,
    file: (await fetched(`file://${root}/served/wrong.git`)).outcome,
    helper: (await fetched("ext::sh -c touch% /tmp/owned")).outcome,
    size: (await fetched(large.url, { limitBytes: 1_000_000 })).outcome,
  };
  expect(codes).toEqual({
    branch: "GIT_BRANCH_NOT_FOUND",
    repository: "GIT_REPOSITORY_NOT_FOUND",
    private: "GIT_REPOSITORY_NOT_FOUND",
    port: "GIT_UNREACHABLE",
    host: "GIT_UNREACHABLE",
    ssh: "GIT_UNREACHABLE",
    file: "GIT_UNREACHABLE",
    helper: "GIT_UNREACHABLE",
    size: "SOURCE_TOO_LARGE",
  });
  expect(await readdir(join(root, "data", "sources"))).not.toContain("wrong");
});

test("refuses links that leave the repository, whichever way they take", async () => {
  const escape = async (fill: (folder: string) => Promise<void>) => (await fetched((await repository(`esc${Math.random()}`, fill)).url)).outcome;
  const codes = [
    await escape((folder) => symlink("/etc/passwd", join(folder, "absolute"))),
    await escape((folder) => symlink("../x", join(folder, "above"))),
    await escape(async (folder) => {
      await mkdir(join(folder, "deep"));
      await symlink("..", join(folder, "deep", "up"));
      await symlink("deep/up/../..", join(folder, "chain"));
    }),
    await escape(async (folder) => {
      await symlink("b", join(folder, "a"));
      await symlink("a", join(folder, "b"));
    }),
  ];
  expect(codes).toEqual(["SOURCE_ESCAPES", "SOURCE_ESCAPES", "SOURCE_ESCAPES", "SOURCE_ESCAPES"]);
});

test("a link inside is followed as far as it goes, whether its end exists or not", async () => {
  const folder = await mkdtemp(join(root, "links-"));
  await mkdir(join(folder, "a", "b"), { recursive: true });
  await symlink("a/b", join(folder, "in"));
  await symlink("in/../../a", join(folder, "back"));
  await symlink("missing/../../x", join(folder, "dangling"));
  expect([await leaves(folder, "in"), await leaves(folder, "back"), await leaves(folder, "dangling")]).toEqual([false, false, true]);
  expect((await lstat(join(folder, "in"))).isSymbolicLink()).toBe(true);
});
