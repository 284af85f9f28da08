import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { linkSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openFolders } from "./files.fixture.ts";
import { listFolder } from "./list.ts";
import { atParent, fileIn } from "./walk.ts";

const SECRET = "never to be told";
let folders: ReturnType<typeof openFolders>;
beforeEach(() => {
  folders = openFolders();
  mkdirSync(folders.volume);
  mkdirSync(folders.outside);
  writeFileSync(join(folders.outside, "secret"), SECRET);
});
afterEach(() => folders.close());

const read = (path: string) => atParent(folders.volume, path, async (folder, name) => {
  const handle = await fileIn(folder, name);
  return handle.readFile("utf8").finally(() => handle.close());
});
/** What was read, or why not. */
const said = (path: string): Promise<string> => read(path).catch((error: { problem?: { code: string; message: string } }) => error.problem?.message ?? String(error));

test("a file is read by the names that lead to it", async () => {
  mkdirSync(join(folders.volume, "a/b"), { recursive: true });
  writeFileSync(join(folders.volume, "a/b/c"), "hello");
  linkSync(join(folders.volume, "a/b/c"), join(folders.volume, "same"));
  expect([await said("a/b/c"), await said("same")]).toEqual(["hello", "hello"]);
});

test("no link is followed, wherever it stands and wherever it leads", async () => {
  const { volume, outside } = folders;
  mkdirSync(join(volume, "own"));
  writeFileSync(join(volume, "own/file"), "own");
  symlinkSync(outside, join(volume, "folder"));
  symlinkSync(join(outside, "secret"), join(volume, "file"));
  symlinkSync("../outside/secret", join(volume, "up"));
  symlinkSync("own", join(volume, "inside"));
  symlinkSync("/proc/self/root", join(volume, "root"));
  symlinkSync("nowhere", join(volume, "loose"));
  const link = (path: string, name = path) => `${name} is a link, so it was not opened: only files and folders of the volume itself are.`;
  expect(await Promise.all(["folder/secret", "file", "up", "inside/file", "root/etc/passwd", "loose"].map(said))).toEqual(
    ["folder", "file", "up", "inside", "root", "loose"].map((path) => link(path)),
  );
  await expect(listFolder(volume, { path: "folder", limit: 10 })).rejects.toMatchObject({ problem: { code: "VOLUME_PATH_REFUSED" } });
  const { entries } = await listFolder(volume, { path: "", limit: 10 });
  expect(entries.map(({ name, kind }) => `${name} ${kind}`)).toEqual(["file link", "folder link", "inside link", "loose link", "own folder", "root link", "up link"]);
});

test("what is no name of a file is refused before anything is opened", async () => {
  const paths = ["..", "../outside/secret", "a/../../outside/secret", "/etc/passwd", "a//b", "./a", "a/.", "a\0b", "\\x2e\\x2e/outside/secret", "\\x2e", "a\\x2fb", "a\\x00b", "x".repeat(256)];
  for (const path of paths) await expect(read(path), path).rejects.toMatchObject({ problem: { code: "INVALID_INPUT" } });
});

test("devices, sockets and pipes are told and never opened", async () => {
  const { volume } = folders;
  execFileSync("mkfifo", [join(volume, "pipe")]);
  // Without root there are no devices to be made.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) execFileSync("mknod", [join(volume, "null"), "c", "1", "3"]);
  const server = createServer().listen(join(volume, "socket"));
  await once(server, "listening");
  const names = ["pipe", "socket", ...(isRoot ? ["null"] : [])];
  for (const name of names) expect(await said(name)).toContain(`${name} is a device, a socket or a pipe`);
  expect((await listFolder(volume, { path: "", limit: 10 })).entries.map(({ kind, bytes }) => [kind, bytes])).toEqual(names.map(() => ["other", null]));
  server.close();
});

test.runIf(process.getuid?.() === 0)("what is mounted into a volume is not entered", async () => {
  const inner = join(folders.volume, "mounted");
  mkdirSync(inner);
  try {
    execFileSync("mount", ["-t", "tmpfs", "tmpfs", inner], { stdio: "pipe" });
  } catch {
    // This system lets nobody mount.
    return;
  }
  try {
    writeFileSync(join(inner, "file"), SECRET);
    expect([await said("mounted/file"), await said("mounted")]).toEqual(Array.from({ length: 2 }, () => "mounted is on another file system, so it was not opened: only files and folders of the volume itself are."));
  } finally {
    execFileSync("umount", [inner]);
  }
});

/** Swaps the folder `a` for a link to the folder outside and back, as quickly as it can, until it is killed. */
const SWAP = `
import { renameSync, symlinkSync, unlinkSync } from "node:fs";
const [volume, outside] = process.argv.slice(1);
process.stdout.write("begun");
for (;;) {
  renameSync(volume + "/a", volume + "/aside");
  symlinkSync(outside, volume + "/a");
  unlinkSync(volume + "/a");
  renameSync(volume + "/aside", volume + "/a");
}`;

test("a folder that is swapped for a link while it is read never leads outside", async () => {
  const { volume, outside } = folders;
  mkdirSync(join(volume, "a/b"), { recursive: true });
  writeFileSync(join(volume, "a/b/secret"), "own");
  mkdirSync(join(outside, "b"));
  writeFileSync(join(outside, "b/secret"), SECRET);
  const swapper = spawn(process.execPath, ["--input-type=module", "-e", SWAP, volume, outside], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    await once(swapper.stdout, "data");
    const seen = { own: 0, refused: 0 };
    // Until both have been met often: then the swaps came between.
    while (seen.own < 50 || seen.refused < 50) {
      const text = await said("a/b/secret");
      expect(text).not.toContain(SECRET);
      if (text === "own") seen.own += 1;
      else seen.refused += 1;
      const page = await listFolder(volume, { path: "a", limit: 10 }).catch(() => null);
      expect(page?.entries.map(({ name }) => name) ?? []).not.toContain("secret");
    }
  } finally {
    swapper.kill("SIGKILL");
  }
});

test("nothing is left open, whatever was refused", async () => {
  const open = () => readdirSync("/proc/self/fd").length;
  symlinkSync("/etc", join(folders.volume, "link"));
  writeFileSync(join(folders.volume, "file"), "x");
  await said("file");
  const before = open();
  for (let time = 0; time < 50; time += 1) for (const path of ["link/passwd", "link", "file/inside", "file", "gone/file", "gone"]) await said(path);
  expect(open()).toBeLessThan(before + 10);
});
