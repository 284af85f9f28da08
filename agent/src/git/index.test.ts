import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Failure } from "../../contract/index.ts";
import { accountsOf, run } from "../sandbox/index.ts";
import { createProbe } from "../sandbox/namespace.ts";
import { endOf, fetchSource, leaves, rawOf, shown, sourceDirectory } from "./index.ts";
import { git, serveRepositories, type Served } from "./served.fixture.ts";

const account = accountsOf("0198c0de-0000-7000-8000-000000000001")?.sandbox ?? null;
let root = "";
let url = "";
let served: Served | undefined;

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

const ownersIn = async (folder: string) => [...new Set((await run(["find", folder, "-printf", "%U\\n"], { cwd: "/", env: {}, account: null })).stdout.trim().split("\n"))].map(Number);

beforeAll(async () => {
  served = await serveRepositories();
  ({ root, url } = served);
});

afterAll(() => served?.stop());

test("fetches the newest commit as plain files that belong to root alone, in a folder that tells nobody what is in it", async () => {
  const made = await repository("plain", async (folder) => {
    await mkdir(join(folder, "site"));
    await writeFile(join(folder, "site", "index.html"), "hello");
    await symlink("site/index.html", join(folder, "link"));
    await writeFile(join(folder, ".gitattributes"), "* filter=evil\n");
  });
  const { into, outcome, lines } = await fetched(made.url);
  expect(outcome).toEqual({ commit: { sha: made.sha, message: "First", author: "Ada" }, absent: { pointers: [], submodules: [] } });
  expect((await readdir(into)).toSorted()).toEqual([".gitattributes", "link", "site"]);
  expect((await stat(join(into, "site", "index.html"))).uid).toBe(process.getuid?.());
  expect(await ownersIn(into)).toEqual([process.getuid?.()]);
  if (account !== null) expect(await run(["ls", join(root, "data", "sources")], { cwd: "/", env: {}, account })).toMatchObject({ code: 2, stdout: "" });
  expect((await readdir(join(root, "data", "sources"))).toSorted()).toEqual([basename(into), "home"].toSorted());
  expect(lines[0]).toBe(`Fetching branch main of ${made.url}`);
  expect(await sourceDirectory({ into, rootDirectory: "site", sha: made.sha })).toBe(join(into, "site"));
  await expect(sourceDirectory({ into, rootDirectory: "sit", sha: made.sha })).rejects.toMatchObject({ problem: { code: "SOURCE_DIRECTORY_MISSING" } });
});

test("says where the system gives no process namespace, and fetches all the same", async () => {
  const made = await repository("bare-system", async (folder) => writeFile(join(folder, "a"), "a"));
  const namespace = createProbe(async () => ({ words: null, why: "unshare failed: Operation not permitted" }));
  const { outcome, lines } = await fetched(made.url, { namespace });
  expect(outcome).toMatchObject({ commit: { sha: made.sha } });
  expect(lines).toContain("This system gives Git no process namespace of its own (unshare failed: Operation not permitted): what is left of it is ended by its account alone");
  expect(lines.some((line) => line.includes("/etc/passwd"))).toBe(false);
});

test("names what went wrong", async () => {
  const made = await repository("wrong", async (folder) => writeFile(join(folder, "a"), "a"));
  await repository("private/closed", async () => {});
  const greedy = await repository("greedy", async (folder) => writeFile(join(folder, "big"), Buffer.alloc(63_000_000)));
  const large = await repository("large", async (folder) => writeFile(join(folder, "big"), Buffer.alloc(3_000_000)));
  const before = await readdir(join(root, "data", "sources"));
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
    memory: (await fetched(greedy.url, { memoryBytes: 64 * 2 ** 20 })).outcome,
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
    memory: "SOURCE_NEEDS_MEMORY",
  });
  expect(await readdir(join(root, "data", "sources"))).toEqual(before);
});

test("links are as they are: what nobody follows may lead anywhere; a root directory may not", async () => {
  const made = await repository("links", async (folder) => {
    await mkdir(join(folder, "site"));
    await mkdir(join(folder, "overlay"));
    await writeFile(join(folder, "site", "index.html"), "hello");
    await symlink("/etc/passwd", join(folder, "overlay", "absolute"));
    await symlink("/etc", join(folder, "out"));
    await symlink("site", join(folder, "in"));
    await symlink("b", join(folder, "a"));
    await symlink("a", join(folder, "b"));
  });
  const { into, outcome } = await fetched(made.url);
  expect(outcome).toMatchObject({ commit: { sha: made.sha } });
  expect(await readlink(join(into, "overlay", "absolute"))).toBe("/etc/passwd");
  expect(await sourceDirectory({ into, rootDirectory: "in", sha: made.sha })).toBe(join(into, "in"));
  for (const rootDirectory of ["out", "out/ssl", "a"]) {
    await expect(sourceDirectory({ into, rootDirectory, sha: made.sha })).rejects.toMatchObject({ problem: { code: "SOURCE_ESCAPES", values: { path: rootDirectory } } });
  }
});

const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 12345\n`;

test("names what a checkout does not hold: pointers of Git LFS and submodules", async () => {
  const inner = await repository("inner", async (folder) => writeFile(join(folder, "x"), "x"));
  const made = await repository("absent", async (folder) => {
    await writeFile(join(folder, ".gitattributes"), "*.png -text\n*.bin filter=lfs diff=lfs merge=lfs -text\n");
    await writeFile(join(folder, "model.bin"), POINTER);
    await writeFile(join(folder, "real.bin"), "version 1\n");
    await writeFile(join(folder, ".gitmodules"), `[submodule "theme"]\n\tpath = themes/paper\n\turl = ${inner.url}\n`);
    await git(folder, "update-index", "--add", "--cacheinfo", `160000,${inner.sha},themes/paper`);
    await mkdir(join(folder, "themes", "paper"), { recursive: true });
    await git(folder, "init", "--quiet", join(folder, "themes", "paper"));
    await git(join(folder, "themes", "paper"), "fetch", "--quiet", inner.url, "main");
    await git(join(folder, "themes", "paper"), "checkout", "--quiet", inner.sha);
  });
  const without = await repository("no-attributes", async (folder) => writeFile(join(folder, "example.txt"), POINTER));
  const found = [(await fetched(made.url)).outcome, (await fetched(without.url)).outcome];
  expect(found).toMatchObject([{ absent: { pointers: ["model.bin"], submodules: ["themes/paper"] } }, { absent: { pointers: [], submodules: [] } }]);
});

test("a subject without end and names that are not UTF-8 stay what they are", async () => {
  const odd = Buffer.from("sm\xF6rg\xE5s.txt", "latin1");
  const made = await repository("odd", async (folder) => {
    await writeFile(Buffer.concat([Buffer.from(`${folder}/`), odd]), "here");
    await symlink(odd, Buffer.concat([Buffer.from(`${folder}/`), Buffer.from("l\xE4nk", "latin1")]));
  });
  const folder = join(root, "served", "odd.git");
  await writeFile(join(root, "subject"), `${"long ".repeat(30_000)}\n`);
  await git(folder, "commit", "--quiet", "--allow-empty", "-F", join(root, "subject"));
  const { into, outcome } = await fetched(made.url);
  expect(outcome).toMatchObject({ commit: { sha: await git(folder, "rev-parse", "HEAD"), message: "long ".repeat(60), author: "Ada" } });
  const names = (await readdir(into, "buffer")).map(rawOf).toSorted();
  expect(names).toEqual(["l\xE4nk", "sm\xF6rg\xE5s.txt"]);
  expect([await endOf(into, "l\xE4nk"), shown("l\xE4nk"), shown(rawOf("länk"))]).toEqual(["sm\xF6rg\xE5s.txt", "l\\xE4nk", "länk"]);
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

test("a commit is fetched by its hash after the branch has moved on, and one that is not there is named", async () => {
  const first = await repository("moved", (folder) => writeFile(join(folder, "version"), "one"));
  const folder = join(root, "served", "moved.git");
  await writeFile(join(folder, "version"), "two");
  await git(folder, "add", "--all");
  await git(folder, "commit", "--quiet", "-m", "Second");
  const again = await fetched(first.url, { commit: first.sha });
  const missing = await fetched(first.url, { commit: "0123456789abcdef0123456789abcdef01234567" });
  expect([again.outcome, await readFile(join(again.into, "version"), "utf8"), missing.outcome]).toMatchObject([{ commit: { sha: first.sha, message: "First", author: "Ada" } }, "one", "GIT_COMMIT_NOT_FOUND"]);
});

test.runIf(account !== null)("the line that ssh looks for stays while another fetch begins", async () => {
  const made = await repository("twice", (folder) => writeFile(join(folder, "version"), "one"));
  const line = join(root, "data", "sources.passwd");
  await fetched(made.url);
  const before = await stat(line);
  expect((await fetched(made.url)).outcome).toMatchObject({ commit: { sha: made.sha } });
  expect((await stat(line)).mtimeMs).toBe(before.mtimeMs);
});
