import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keepObject, makeTrouble, pointer, type LfsTrouble } from "../../../test/world/git/lfs.ts";
import { Failure } from "../../contract/index.ts";
import { accountsOf, run } from "../sandbox/index.ts";
import { fetchSource } from "./index.ts";
import { git, serveRepositories, type Served } from "./served.fixture.ts";

const account = accountsOf("0198c0de-0000-7000-8000-000000000006")?.sandbox ?? null;
const usable = existsSync("/usr/bin/git-lfs");
const ATTRIBUTES = "*.bin filter=lfs diff=lfs merge=lfs -text\n";
let root = "";
let url = "";
let served: Served | undefined;

type Made = { url: string; folder: string; trouble: (what: LfsTrouble) => Promise<void> };

/** A served repository; where a file is given as bytes, its pointer is committed and they are kept beside it. */
async function repository(name: string, files: Record<string, string | Buffer>, modules: [string, string][] = []): Promise<Made> {
  const folder = join(root, "served", `${name}.git`);
  await mkdir(folder, { recursive: true });
  await git(folder, "init", "--quiet", "--initial-branch=main");
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), typeof content === "string" ? content : await keepObject(join(folder, ".git"), content));
  }
  for (const [path, from] of modules) await git(folder, "-c", "protocol.file.allow=always", "clone", "--quiet", from, path);
  await git(folder, "add", "--all");
  await git(folder, "commit", "--quiet", "-m", "First");
  return { url: `${url}/${name}.git`, folder, trouble: (what) => makeTrouble(join(folder, ".git"), what) };
}

async function fetched(address: string, more: Partial<Parameters<typeof fetchSource>[0]> = {}) {
  const into = join(root, "data", "sources", `c${Math.random().toString(36).slice(2)}`);
  const lines: string[] = [];
  const done = fetchSource({ url: address, branch: "main", into, sourcesDir: join(root, "data", "sources"), account, signal: new AbortController().signal, log: (text) => lines.push(text), lfs: true, ...more });
  const outcome = await done.then(({ absent }) => absent.pointers, (error: unknown) => (error instanceof Failure ? error.problem.code : error));
  return { into, lines, outcome };
}

beforeAll(async () => {
  served = await serveRepositories();
  ({ root, url } = served);
});
afterAll(() => served?.stop());

const large = Buffer.alloc(80_000_000, "large");

test.runIf(usable)("files that LFS keeps are put in their place and belong to root alone, odd names and a submodule's own among them", async () => {
  const inner = await repository("inner", { ".gitattributes": ATTRIBUTES, "deep.bin": Buffer.from("deep") });
  const made = await repository(
    "whole",
    { ".gitattributes": ATTRIBUTES, "a.bin": Buffer.from("first"), "sub/*[b] ü.bin": large, "text.txt": "text", ".gitmodules": `[submodule "m"]\n\tpath = m\n\turl = ${url}/inner.git\n` },
    [["m", inner.folder]],
  );
  const told: number[][] = [];
  // As on a small server: git-lfs is a program of its own, with the memory that Git has.
  const { into, outcome, lines } = await fetched(made.url, { submodules: true, memoryBytes: 512 * 2 ** 20, coming: (...now) => told.push(now) });
  expect([outcome, lines]).toEqual([[], expect.arrayContaining([`Fetching 2 files of Git LFS from ${made.url}/info/lfs`])]);
  expect([await readFile(join(into, "a.bin"), "utf8"), (await readFile(join(into, "sub/*[b] ü.bin"))).equals(large), await readFile(join(into, "m/deep.bin"), "utf8"), await readFile(join(into, "text.txt"), "utf8")]).toEqual(["first", true, "deep", "text"]);
  expect((await stat(join(into, "a.bin"))).uid).toBe(process.getuid?.());
  expect((await readdir(join(root, "data", "sources"))).filter((name) => name.includes(".git"))).toEqual([]);
  expect(told.every(([bytes, of]) => bytes! <= of!)).toBe(true);
});

test.runIf(usable)("where it is not asked for, or nothing is kept there, nothing is fetched", async () => {
  const made = await repository("left", { ".gitattributes": ATTRIBUTES, "a.bin": Buffer.from("first") });
  await made.trouble("failing");
  const plain = await repository("plain", { "example.txt": pointer("0".repeat(64), 5) });
  expect([(await fetched(made.url, { lfs: false })).outcome, (await fetched(plain.url)).outcome]).toEqual([["a.bin"], []]);
});

test.runIf(usable)("each thing that a server may say has its own code, and nothing of it stays", async () => {
  const seen: Record<string, unknown> = {};
  for (const trouble of ["quota", "limited", "refused", "private", "failing", "wrong"] as const) {
    const made = await repository(trouble, { ".gitattributes": ATTRIBUTES, "404 quota.bin": Buffer.from("first") });
    await made.trouble(trouble);
    seen[trouble] = (await fetched(made.url)).outcome;
  }
  const missing = await repository("missing", { ".gitattributes": ATTRIBUTES, "a.bin": Buffer.from("here"), "b.bin": pointer("0".repeat(64), 5) });
  seen.missing = (await fetched(missing.url)).outcome;
  expect(seen).toEqual({ quota: "LFS_LIMITED", limited: "LFS_LIMITED", refused: "LFS_REFUSED", private: "LFS_REFUSED", failing: "LFS_FAILED", wrong: "LFS_FAILED", missing: "LFS_OBJECT_MISSING" });
  expect((await readdir(join(root, "data", "sources"))).filter((name) => !/^home$|^c\w+$/.test(name))).toEqual([]);
});

test.runIf(usable)("all files together have the bound of the source: counted before, and looked at while they come", async () => {
  const counted = await repository("counted", { ".gitattributes": ATTRIBUTES, "a.bin": Buffer.alloc(600_000, "a"), "b.bin": Buffer.alloc(600_000, "b") });
  await counted.trouble("failing");
  const endless = await repository("endless", { ".gitattributes": ATTRIBUTES, "a.bin": Buffer.alloc(600_000, "a") });
  await endless.trouble("endless");
  expect([(await fetched(counted.url, { limitBytes: 1_000_000 })).outcome, (await fetched(endless.url, { limitBytes: 20_000_000 })).outcome]).toEqual(["SOURCE_TOO_LARGE", "SOURCE_TOO_LARGE"]);
});

const paths = (count: number, content: string) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`many/${at}.bin`, content]));

test.runIf(usable)("a size is read as git-lfs reads it, and one that cannot be read is too large", async () => {
  const seen: unknown[] = [];
  for (const [at, size] of ["0000000000000600000", "+600000", "1e3", "9".repeat(30)].entries()) {
    const made = await repository(`sized-${at}`, { ".gitattributes": ATTRIBUTES, ...paths(4, pointer("0".repeat(64), 0).replace("size 0", `size ${size}`)) });
    // Nothing of it is asked for.
    await made.trouble("failing");
    seen.push((await fetched(made.url, { limitBytes: 2_000_000 })).outcome);
  }
  expect(seen).toEqual(Array(4).fill("SOURCE_TOO_LARGE"));
});

test.runIf(usable)("one object under many paths is counted as often as it is put there, however small its pointers say it is", async () => {
  const object = Buffer.alloc(600_000, "large");
  const made = await repository("lying", { ".gitattributes": ATTRIBUTES, "kept.bin": object });
  await writeFile(join(made.folder, "kept.bin"), "");
  for (const [path, text] of Object.entries(paths(8, pointer(createHash("sha256").update(object).digest("hex"), 5)))) {
    await mkdir(join(made.folder, "many"), { recursive: true });
    await writeFile(join(made.folder, path), text);
  }
  await git(made.folder, "add", "--all");
  await git(made.folder, "commit", "--quiet", "-m", "Many");
  expect([(await fetched(made.url, { limitBytes: 2_000_000 })).outcome, (await fetched(made.url, { limitBytes: 20_000_000 })).outcome]).toEqual(["SOURCE_TOO_LARGE", []]);
});

test.runIf(usable)("a repository's own settings name another server, and nothing else: no files of this machine, no commands", async () => {
  const other = await repository("other", { ".gitattributes": ATTRIBUTES, "a.bin": Buffer.from("from the other") });
  const marks = join(root, "marks");
  await mkdir(marks);
  await run(["chmod", "777", marks], { cwd: "/", env: {}, account: null });
  const command = `touch ${marks}/made`;
  const evil = `[lfs]\n\tstandalonetransferagent = x\n[lfs "customtransfer.x"]\n\tpath = sh\n\targs = -c '${command}'\n[filter "lfs"]\n\tprocess = ${command}\n[core]\n\tsshCommand = ${command}\n\thooksPath = .\n[credential]\n\thelper = !${command}\n[remote "origin"]\n\tlfsurl = file://${other.folder}\n`;
  const named = async (name: string, settings: string, more = {}) => {
    const made = await repository(name, { ".gitattributes": ATTRIBUTES, "a.bin": pointer(createHash("sha256").update("from the other").digest("hex"), 14), ".lfsconfig": settings, "post-checkout": `#!/bin/sh\n${command}\n`, ...more });
    return fetched(made.url);
  };
  const elsewhere = await named("elsewhere", `[lfs]\n\turl = ${other.url}/info/lfs\n${evil}`);
  const seen = [elsewhere.outcome, await readFile(join(elsewhere.into, "a.bin"), "utf8")];
  for (const address of [`file://${other.folder}`, other.folder, "ext::sh -c true", "https://ada:secret@127.0.0.1/x.git", "-oProxyCommand=x@host:a", "ssh://-oProxyCommand/a", "ssh://-x@host/a"]) seen.push((await named(`refused-${seen.length}`, `[lfs]\n\turl = "${address}"\n`)).outcome);
  seen.push((await named("evil", evil)).outcome, (await named("away", "[lfs]\n\turl = http://127.0.0.1:9/x.git\n")).outcome);
  expect([seen, await readdir(marks)]).toEqual([[[], "from the other", ...Array(7).fill("LFS_ADDRESS_REFUSED"), "LFS_OBJECT_MISSING", "GIT_UNREACHABLE"], []]);
});

test.runIf(usable)("a repository's own settings leave no file out", async () => {
  const seen: unknown[] = [];
  for (const [name, setting] of [["excludes", "fetchexclude = *"], ["includes", "fetchinclude = /nothing"]] as const) {
    const made = await repository(name, { ".gitattributes": ATTRIBUTES, "a.bin": Buffer.from("first"), ".lfsconfig": `[lfs]\n\t${setting}\n` });
    const { into, outcome } = await fetched(made.url);
    seen.push(outcome, await readFile(join(into, "a.bin"), "utf8"));
  }
  expect(seen).toEqual([[], "first", [], "first"]);
});

test.runIf(usable)("a server that does not go on is let go of when the deployment is cancelled", async () => {
  const made = await repository("slow", { ".gitattributes": ATTRIBUTES, "a.bin": Buffer.from("first") });
  await made.trouble("slow");
  const cancelled = new AbortController();
  const { outcome } = await fetched(made.url, { signal: cancelled.signal, log: (text) => text.startsWith("Fetching 1 file of Git LFS") && setTimeout(() => cancelled.abort(new Error("cancelled")), 300) });
  expect(outcome).toEqual(new Error("cancelled"));
});

test.runIf(usable && account !== null)("what the account has to read is readable for it, whatever the umask", async () => {
  const made = await repository("masked", { ".gitattributes": ATTRIBUTES, "a.bin": Buffer.from("first") });
  await rm(join(root, "data", "sources.passwd"), { force: true });
  const before = process.umask(0o077);
  const { outcome } = await fetched(made.url).finally(() => process.umask(before));
  expect([outcome, (await stat(join(root, "data", "sources.passwd"))).mode & 0o777]).toEqual([[], 0o644]);
});

test.runIf(usable && account !== null)("where git-lfs is not on the server it is said, and only where there is something to fetch", async (context) => {
  const made = await repository("uninstalled", { ".gitattributes": ATTRIBUTES, "a.bin": Buffer.from("first") });
  const nothing = await repository("nothing", { ".gitattributes": ATTRIBUTES, "a.txt": "text" });
  const code = `const { fetchSource } = await import(process.argv[1]); const [, , uid, sourcesDir, ...urls] = process.argv; for (const url of urls) console.log(await fetchSource({ url, branch: "main", into: sourcesDir + "/u" + Math.random(), sourcesDir, account: { uid: Number(uid), gid: Number(uid) }, signal: new AbortController().signal, log() {}, lfs: true }).then(() => "fetched", (error) => error.problem?.code ?? error.stack))`;
  const words = [join(import.meta.dirname, "index.ts"), String(account!.uid), join(root, "data", "sources"), made.url, nothing.url];
  // A system of its own for mounts, in which the program cannot be started.
  const { code: ended, stdout, stderr } = await run(["unshare", "--mount", "sh", "-c", 'mount --bind /dev/null /usr/bin/git-lfs || exit 77; exec "$@"', "sh", process.execPath, "--disable-warning=ExperimentalWarning", "--input-type=module", "-e", code, ...words], { cwd: "/", env: {}, account: null });
  if (ended === 77 || /unshare failed/.test(stderr)) context.skip("this system gives no mounts of its own");
  expect(stdout.trim().split("\n"), stderr).toEqual(["LFS_NOT_INSTALLED", "fetched"]);
});
