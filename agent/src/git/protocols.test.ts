import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accountsOf } from "../sandbox/index.ts";
import { git, gitMemory, prepareSources, type GitPlace } from "./git.ts";

const account = accountsOf("0198c0de-0000-7000-8000-000000000003")?.sandbox ?? null;
let root = "";
let place: GitPlace;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "aeroplane-protocols-"));
  await chmod(root, 0o755);
  await mkdir(join(root, "marks"));
  // Whoever Git runs as could leave its mark there.
  await chmod(join(root, "marks"), 0o777);
  place = { sourcesDir: join(root, "data", "sources"), account, signal: new AbortController().signal, seconds: 20, limitBytes: 2 ** 20, memoryBytes: gitMemory() };
  await mkdir(join(root, "data"));
  await prepareSources(place);
  execFileSync("git", ["init", "--quiet", "--bare", join(root, "near.git")]);
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Git itself is asked, past everything that looks at an address before it. */
const remote = (url: string) => git(["ls-remote", url], place);

test("Git itself takes no file, helper or command for an address", async () => {
  const helper = join(root, "helper");
  await writeFile(helper, `#!/bin/sh\ntouch ${join(root, "marks", "helper")}\n`);
  await chmod(helper, 0o755);
  const said = await Promise.all([`file://${root}/near.git`, join(root, "near.git"), `ext::${helper}`, "fd::3", "git://127.0.0.1:9/a.git"].map(remote));
  expect(said.map(({ code, stderr }) => [code, /transport '\w+' not allowed/.test(stderr)])).toEqual(Array(5).fill([128, true]));
  expect(await readdir(join(root, "marks"))).toEqual([]);
});

test("settings of the person whose account it runs as take no part", async () => {
  await writeFile(join(place.sourcesDir, "home", ".gitconfig"), `[url "file://${root}/near.git"]\n\tinsteadOf = https://elsewhere.test/\n[protocol "file"]\n\tallow = always\n`);
  const { stdout } = await git(["config", "--list", "--show-origin"], place);
  expect([stdout.includes("insteadof"), stdout.includes("credential.helper=")]).toEqual([false, true]);
});
