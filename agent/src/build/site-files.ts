import { createHash } from "node:crypto";
import { chmod, constants, copyFile, lstat, mkdir, open, opendir, readlink, rm as remove, symlink, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { filesOf } from "../effects/index.ts";
import { fail, size } from "../../contract/index.ts";
import { NEVER_SERVED, SITE_MARKS } from "../caddy/index.ts";
import { endOf, leaves, rawOf, shown, under } from "../git/index.ts";
import { byHandle, run, takeFolders } from "../sandbox/index.ts";

const { rename, rm } = filesOf("build.site");

/** `dotfiles`: what is hidden is for visitors, too. */
export type SiteLimits = { bytes: number; files: number; dotfiles?: boolean };
export type SiteSize = { files: number; bytes: number };

/** `from`: the folder to serve, as a raw path below `repository`, which no link may leave. */
export type SiteSource = { repository: string; from: string };

/**
 * Copies a folder as plain files and links within it into `to`; a link to elsewhere in the repository becomes a copy of what
 * it leads to. Left out is what is hidden, what is neither file, folder nor link, and what such a link cannot lead to: nothing, or a
 * folder that is being copied already.
 */
export async function copySite({ repository, from }: SiteSource, to: string, limits: SiteLimits, signal: AbortSignal): Promise<SiteSize> {
  const size: SiteSize = { files: 0, bytes: 0 };
  let folders = 0;
  /** `above`: folders that are being copied; more than one only where a link has led elsewhere. */
  async function folder(path: string, into: string, above: string[]): Promise<void> {
    if (above.includes(path)) return;
    // Links that lead to and fro make folders without end, and no file need be in them.
    if (++folders > limits.files) throw tooLarge(limits);
    await mkdir(under(to, into), { recursive: true, mode: 0o755 });
    for await (const name of namesIn(under(repository, path))) {
      signal.throwIfAborted();
      if (leftOut(into, name, limits)) continue;
      await one(below(path, name), below(into, name), [...above, path]);
    }
  }
  async function one(path: string, into: string, above: string[]): Promise<void> {
    const found = await lstat(under(repository, path));
    if (found.isDirectory()) return folder(path, into, above);
    if (found.isSymbolicLink()) return link(path, into, above);
    if (!found.isFile()) return;
    await byHandle(under(repository, path), async (handle) => {
      const { size: bytes, nlink } = await handle.stat();
      // Another name of it may lie outside.
      if (nlink !== 1) throw fail("SOURCE_ESCAPES", { path: shown(into) });
      count(size, bytes, limits);
      // The file that is open, whatever stands at its path by now.
      await copyFile(`/proc/self/fd/${handle.fd}`, under(to, into), constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    });
    await chmod(under(to, into), 0o644);
    await byHandle(under(to, into), dateByContent);
  }
  async function link(path: string, into: string, above: string[]): Promise<void> {
    const end = await endOf(repository, path);
    if (end === null) throw fail("SOURCE_ESCAPES", { path: shown(into) });
    const stays = path === below(from, into) && !(await leaves(under(repository, from).toString(), into));
    if (stays) return symlink(await readlink(under(repository, path), "buffer"), under(to, into));
    const there = await lstat(under(repository, end)).catch(() => null);
    if (there !== null) await one(end, into, above);
  }
  await folder(from, "", []);
  await chmod(to, 0o755);
  return size;
}

const below = (folder: string, name: string) => (folder === "" ? name : `${folder}/${name}`);

/** Raw names. */
async function* namesIn(path: Buffer): AsyncGenerator<string> {
  for await (const { name } of await opendir(path, { encoding: "buffer" as BufferEncoding })) yield rawOf(name as unknown as Buffer);
}

/** Settings, credentials and histories of tools have names with a dot; the web's own folder is the one that is for visitors. */
const hidden = (folder: string, name: string) => name.startsWith(".") && below(folder, name) !== ".well-known";

/** A history has all that ever was in it, and files with passwords are never meant for visitors; what is ours is made anew. */
const NEVER = new RegExp(`^${NEVER_SERVED}$`, "i");

const leftOut = (folder: string, name: string, { dotfiles = false }: SiteLimits) => hidden(folder, name) && (!dotfiles || NEVER.test(name) || name === SITE_MARKS);

/**
 * Caddy makes a file's validator from its size and its time, and times are no content: two releases may share one, and an
 * older release may come back. So the time is made from the content: equal files have equal validators in any release.
 */
async function dateByContent(handle: FileHandle): Promise<void> {
  const hash = createHash("sha256");
  for await (const part of handle.createReadStream({ autoClose: false, start: 0 })) hash.update(part as Buffer);
  const digest = hash.digest();
  // Caddy makes no validator of the first two seconds; every file system holds 31 bits of them.
  const seconds = Math.max(2, digest.readUInt32BE(0) >>> 1) + (digest.readUInt32BE(4) >>> 12) / 2 ** 20;
  await handle.utimes(seconds, seconds);
}

/**
 * Checks what the builder has written into `root` and gives it to root alone: readable for all who reach the folder. From
 * the top, by open handles, with no link followed; `root` itself is opened for others last.
 */
export async function settleSite(root: string, limits: SiteLimits, signal: AbortSignal): Promise<SiteSize> {
  const size: SiteSize = { files: 0, bytes: 0 };
  async function folder(path: string, mode: number): Promise<void> {
    await byHandle(under(root, path), (handle) => own(handle, mode));
    for await (const name of namesIn(under(root, path))) {
      signal.throwIfAborted();
      if (leftOut(path, name, limits)) await leaveOut(under(root, below(path, name)));
      else await one(below(path, name));
    }
  }
  async function one(path: string): Promise<void> {
    const found = await lstat(under(root, path));
    if (found.isDirectory()) return folder(path, 0o755);
    if (found.isSymbolicLink()) {
      if (await leaves(root, path)) throw fail("SOURCE_ESCAPES", { path: shown(path) });
      return;
    }
    if (!found.isFile()) return remove(under(root, path), { force: true });
    count(size, found.size, limits);
    await byHandle(under(root, path), async (handle) => {
      await own(handle, 0o644);
      await dateByContent(handle);
    });
  }
  await folder("", 0o700);
  await byHandle(under(root, ""), (handle) => own(handle, 0o755));
  return size;
}

/** Its folders are root's before anything in them is removed, so that nothing else is. */
async function leaveOut(path: Buffer): Promise<void> {
  await takeFolders(path);
  await remove(path, { recursive: true, force: true });
}

async function own(handle: FileHandle, mode: number): Promise<void> {
  if (process.getuid?.() === 0) await handle.chown(0, 0);
  await handle.chmod(mode);
}

function count(size: SiteSize, bytes: number, limits: SiteLimits) {
  size.files += 1;
  size.bytes += bytes;
  if (size.bytes > limits.bytes || size.files > limits.files) throw tooLarge(limits);
}

const tooLarge = (limits: SiteLimits) => fail("SITE_TOO_LARGE", { limit: `${size(limits.bytes)} or ${limits.files} files` });

/** Writes what Caddy reads of a release's answers beside its files. What is there now belongs to root alone. */
export async function markSite(root: string, marks: readonly string[]): Promise<void> {
  for (const mark of marks) {
    const path = join(root, SITE_MARKS, mark);
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    await (await open(path, "w", 0o644)).close();
  }
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
