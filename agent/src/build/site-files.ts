import { chmod, chown, constants, copyFile, lstat, mkdir, open, opendir, readlink, rm as remove, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { filesOf } from "../effects/index.ts";
import { fail } from "../../contract/index.ts";
import { leaves } from "../git/index.ts";
import { run } from "../sandbox/index.ts";

const { rename, rm } = filesOf("build.site");

export type SiteLimits = { bytes: number; files: number };
export type SiteSize = { files: number; bytes: number };

/** Copies `from` as plain files and inner links into `to`; whatever is neither file, folder nor link is left out. */
export async function copySite(from: string, to: string, limits: SiteLimits, signal: AbortSignal): Promise<SiteSize> {
  const size: SiteSize = { files: 0, bytes: 0 };
  async function folder(path: string): Promise<void> {
    await mkdir(join(to, path), { recursive: true, mode: 0o755 });
    for await (const entry of await opendir(join(from, path))) {
      signal.throwIfAborted();
      if (path === "" && entry.name === ".git") continue;
      await one(join(path, entry.name));
    }
  }
  async function one(path: string): Promise<void> {
    const found = await lstat(join(from, path));
    if (found.isDirectory()) return folder(path);
    if (found.isSymbolicLink()) {
      if (await leaves(from, path)) throw fail("SOURCE_ESCAPES", { path });
      return symlink(await readlink(join(from, path)), join(to, path));
    }
    if (!found.isFile()) return;
    count(size, found.size, limits);
    await copyFile(join(from, path), join(to, path), constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await chmod(join(to, path), 0o644);
  }
  await folder("");
  return size;
}

/** Checks what the builder has written into `root` and gives it to root alone: readable for all who reach the folder. */
export async function settleSite(root: string, limits: SiteLimits, signal: AbortSignal): Promise<SiteSize> {
  const size: SiteSize = { files: 0, bytes: 0 };
  async function folder(path: string): Promise<void> {
    await own(path, 0o755);
    for await (const entry of await opendir(path)) {
      signal.throwIfAborted();
      await one(join(path, entry.name));
    }
  }
  async function one(path: string): Promise<void> {
    const found = await lstat(path);
    if (found.isDirectory()) return folder(path);
    if (found.isSymbolicLink()) {
      if (await leaves(root, relative(root, path))) throw fail("SOURCE_ESCAPES", { path: relative(root, path) });
      return;
    }
    if (!found.isFile()) return remove(path, { force: true });
    count(size, found.size, limits);
    await own(path, 0o644);
  }
  await folder(root);
  return size;
}

async function own(path: string, mode: number) {
  if (process.getuid?.() === 0) await chown(path, 0, 0);
  await chmod(path, mode);
}

function count(size: SiteSize, bytes: number, limits: SiteLimits) {
  size.files += 1;
  size.bytes += bytes;
  if (size.bytes > limits.bytes || size.files > limits.files)
    throw fail("SITE_TOO_LARGE", { limit: `${Math.round(limits.bytes / 2 ** 20)} MiB or ${limits.files} files` });
}

/** The whole site appears by one rename, after its bytes are on the disk. */
export async function publish(staged: string, into: string): Promise<void> {
  await run(["sync", "-f", staged], { cwd: "/", env: {}, account: null, seconds: 120 });
  await rm(into, { recursive: true, force: true });
  await rename(staged, into);
  const parent = await open(dirname(into), "r");
  try {
    await parent.sync();
  } finally {
    await parent.close();
  }
}
