import { spawn } from "node:child_process";
import { chmod, chown, link, lstat, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accountsOf } from "./accounts.ts";
import { run } from "./run.ts";
import { takeFolders, takeOver } from "./take.ts";

const account = accountsOf("0198c0de-0000-7000-8000-000000000004")?.sandbox ?? null;
let root = "";
let count = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "aeroplane-take-"));
  await chmod(root, 0o755);
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Made by the account itself. */
async function made(script: string): Promise<string> {
  const folder = join(root, `made-${(count += 1)}`);
  await mkdir(folder);
  await chown(folder, account!.uid, account!.gid);
  const done = await run(["sh", "-c", script], { cwd: folder, env: {}, account });
  expect(done.stderr).toBe("");
  return folder;
}
const ownerAndMode = async (path: string) => {
  const { uid, mode } = await lstat(path);
  return [uid, (mode & 0o7777).toString(8)];
};

test.runIf(account)("all of it is root's alone, with names of any bytes, and what is no file, folder or link is gone", async () => {
  const folder = await made("umask 0; mkdir -p a/b; echo x > a/b/f; chmod 6777 a/b/f; ln -s /etc/passwd a/l; mkfifo a/p; mkdir \"$(printf 'n\\377')\"; echo y > \"$(printf 'n\\377/m\\376')\"");
  expect(await takeOver(folder, account)).toBeNull();
  expect(await Promise.all(["", "a", "a/b", "a/b/f"].map((path) => ownerAndMode(join(folder, path))))).toEqual([[0, "755"], [0, "755"], [0, "755"], [0, "755"]]);
  expect([(await lstat(join(folder, "a/l"))).uid, await lstat(join(folder, "a/p")).catch(() => null), (await stat("/etc/passwd")).mode & 0o777]).toEqual([0, null, 0o644]);
  const left = await run(["find", folder, "-uid", String(account!.uid)], { cwd: "/", env: {}, account: null });
  expect(left.stdout).toBe("");
});

test.runIf(account)("a hard link to what lies outside, or to what is somebody else's, is told and not touched", async () => {
  const outside = join(root, "outside");
  await writeFile(outside, "secret", { mode: 0o600 });
  const folder = await made("mkdir in; echo x > in/one; ln in/one in/two");
  await link(outside, join(folder, "planted"));
  const told = [await takeOver(folder, account)];
  await rm(join(folder, "planted"));
  told.push(await takeOver(folder, account));
  expect(told).toEqual(["planted", expect.stringMatching(/^in\/(one|two)$/)]);
  expect([await ownerAndMode(outside), await readFile(outside, "utf8")]).toEqual([[0, "600"], "secret"]);
});

/** A process of the account that was not ended: it swaps folders and files for links to `target`, for as long as it lives. */
function swaps(folder: string, target: string) {
  const script = `my ($t) = @ARGV; while (1) { for my $n ("d", "f") { rename("$n", "$n.real"); symlink($t, $n); unlink($n); link("$t/shadow", $n); unlink($n); rename("$n.real", $n); } }`;
  const child = spawn("setpriv", [`--reuid=${account!.uid}`, `--regid=${account!.gid}`, "--clear-groups", "perl", "-e", script, target], { cwd: folder, stdio: "ignore" });
  return { end: () => new Promise((resolve) => child.once("exit", resolve).kill("SIGKILL")) };
}

test.runIf(account)("whoever goes on swapping leads root nowhere", async () => {
  const target = join(root, "target");
  await mkdir(join(target, "deep"), { recursive: true });
  await writeFile(join(target, "shadow"), "secret", { mode: 0o600 });
  await writeFile(join(target, "deep", "kept"), "kept", { mode: 0o666 });
  await chmod(target, 0o777);
  await chmod(join(target, "deep"), 0o777);
  const before = async () => [await ownerAndMode(target), await ownerAndMode(join(target, "shadow")), await ownerAndMode(join(target, "deep")), await readFile(join(target, "deep", "kept"), "utf8")];
  const was = await before();
  await chown(join(target, "deep"), 12345, 12345);
  const now = await before();
  for (let round = 0; round < 40; round += 1) {
    const folder = await made("mkdir d f; for i in 1 2 3 4 5 6 7 8; do echo x > d/$i; mkdir f/$i; done");
    const swapping = swaps(folder, target);
    try {
      // It may meet a name that is just away; what counts is what it has changed.
      await (round % 2 === 0 ? takeOver(folder, account) : takeFolders(folder)).catch((error: NodeJS.ErrnoException) => expect(["ENOENT", "ELOOP", "ENOTDIR"]).toContain(error.code));
      await rm(folder, { recursive: true, force: true });
    } finally {
      await swapping.end();
    }
  }
  expect(await before()).toEqual(now);
  expect(was[3]).toBe("kept");
});
