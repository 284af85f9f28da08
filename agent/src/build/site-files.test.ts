import { spawn } from "node:child_process";
import { chmod, chown, link, lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SITE_MARKS } from "../caddy/index.ts";
import { copySite, markSite, settleSite } from "./site-files.ts";

const limits = { bytes: 1_000_000, files: 1000 };
const signal = new AbortController().signal;
const isRoot = process.getuid?.() === 0;
const STRANGER = 71_234;
let root = "";

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "aeroplane-site-"));
  await chmod(root, 0o755);
  await mkdir(join(root, "outside"));
  await writeFile(join(root, "outside", "shadow"), "secret", { mode: 0o600 });
});
afterAll(() => rm(root, { recursive: true, force: true }));

const outside = async () => {
  const [folder, file] = await Promise.all([lstat(join(root, "outside")), lstat(join(root, "outside", "shadow"))]);
  return [folder.uid, folder.mode, file.uid, file.mode, await readFile(join(root, "outside", "shadow"), "utf8")];
};

test("a file with another name outside is not served", async () => {
  const from = join(root, "linked");
  await mkdir(from);
  await link(join(root, "outside", "shadow"), join(from, "page.html"));
  await expect(copySite({ repository: from, from: "" }, join(root, "linked-copy"), limits, signal)).rejects.toMatchObject({ problem: { code: "SOURCE_ESCAPES", values: { path: "page.html" } } });
});

test("what is hidden is left out unless it is asked for, and a history, secrets and what is ours always are", async () => {
  const shown = ["index.html", ".well-known/security.txt", "b.env"];
  const asked = [".nojekyll", "a/.b/c.txt", ".well-known/.d", "a/.htaccess", ".myenv", ".npmrc.md"];
  const never = [
    ".git/config", "a/.git", ".gitignore", ".git-credentials", ".env", "a/.env.local", ".envrc", ".env-production", ".env_local", ".env~", ".ENV", ".Env.Local", ".env\nx", ".netrc", "a/.npmrc", ".htpasswd", ".well-known/.env",
    `${SITE_MARKS}/spa`, `a/${SITE_MARKS}`,
  ];
  const filled = async (folder: string) => {
    for (const path of [...shown, ...asked, ...never]) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), "x");
    }
    return folder;
  };
  const filesIn = async (folder: string) => (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).toSorted();
  const repository = await filled(join(root, "hidden"));
  for (const [dotfiles, files] of [[false, shown], [true, [...shown, ...asked]]] as const) {
    const copied = join(root, `hidden-copied-${dotfiles}`);
    const settled = await filled(join(root, `hidden-settled-${dotfiles}`));
    const sizes = [await copySite({ repository, from: "" }, copied, { ...limits, dotfiles }, signal), await settleSite(settled, { ...limits, dotfiles }, signal)];
    expect([await filesIn(copied), await filesIn(settled), sizes.map((size) => size.files)]).toEqual([files.toSorted(), files.toSorted(), [files.length, files.length]]);
  }
});

test("what a release says of its answers goes with its files, for whoever reads those", async () => {
  const staged = join(root, "marked");
  await mkdir(staged);
  const marks = ["spa", "rules/1/*.js@no-store", "rules/2/|a|*@max-age=1"];
  await markSite(staged, marks);
  await markSite(staged, marks);
  expect((await readdir(join(staged, SITE_MARKS), { recursive: true })).toSorted()).toEqual([...marks, "rules", "rules/1", "rules/2"].toSorted());
  expect([(await lstat(join(staged, SITE_MARKS, "rules"))).mode & 0o777, (await lstat(join(staged, SITE_MARKS, "spa"))).mode & 0o777]).toEqual([0o755, 0o644]);
  await markSite(join(root, "unmarked"), []);
  await expect(lstat(join(root, "unmarked"))).rejects.toThrow("ENOENT");
});

/** Whoever owns what the builder has written puts links in its place, again and again. */
test.runIf(isRoot)("what swaps names while it is looked at leads root nowhere", async () => {
  const before = await outside();
  for (let round = 0; round < 80; round += 1) {
    const staged = join(root, `staged-${round}`);
    await mkdir(join(staged, "d"), { recursive: true });
    for (const name of ["a", "b", "c", "d/a", "d/b"]) await writeFile(join(staged, name), "x");
    for (const name of ["", "a", "b", "c", "d", "d/a", "d/b"]) await chown(join(staged, name), STRANGER, STRANGER);
    const script = `my ($t) = @ARGV; while (1) { for my $n ("a", "b", "c", "d") { rename($n, "$n.real"); symlink($n eq "d" ? $t : "$t/shadow", $n); unlink($n); rename("$n.real", $n); } }`;
    const swapping = spawn("setpriv", [`--reuid=${STRANGER}`, `--regid=${STRANGER}`, "--clear-groups", "perl", "-e", script, join(root, "outside")], { cwd: staged, stdio: "ignore" });
    try {
      // A link is refused, a name that is just away is not there; what counts is what it has changed.
      await settleSite(staged, limits, signal).catch((error: NodeJS.ErrnoException & { problem?: { code: string } }) => expect(["ENOENT", "ELOOP", "ENOTDIR", "SOURCE_ESCAPES"]).toContain(error.problem?.code ?? error.code));
    } finally {
      await new Promise((resolve) => swapping.once("exit", resolve).kill("SIGKILL"));
    }
  }
  expect(await outside()).toEqual(before);
});
