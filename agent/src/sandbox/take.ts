import { constants, lstat, opendir, rm, lchown, type FileHandle } from "node:fs/promises";
import type { Account } from "./accounts.ts";
import { byHandle } from "./handle.ts";

/** Entries of a folder that are looked at side by side. */
const AT_ONCE = 16;
/** What nobody but root may do, and nobody as somebody else. */
const MODES = 0o755;

/** Names are bytes: one that is no UTF-8 is a name as well. */
const inside = (folder: Buffer, name: Buffer): Buffer => Buffer.concat([folder, Buffer.from("/"), name]);

/**
 * Gives all that `account` has made in the folder `root` to root alone, before root works there. From the top: once a
 * folder is root's, what stands in it stays what it is. Nothing is followed, and each thing is changed by its open handle.
 * Answers with the path (relative to `root`) of the first file that is not the account's alone: a hard link to a file
 * outside has other names or another owner. What is neither file, folder nor link goes. Without an account nothing is done.
 */
export async function takeOver(root: string, account: Account | null): Promise<string | null> {
  if (account === null) return null;
  const foreign: Buffer[] = [];
  const top = Buffer.from(root);
  await walk(top, async (path, found) => {
    if (found.isSymbolicLink()) return lchown(path, 0, 0);
    if (!found.isFile()) return rm(path, { force: true });
    await byHandle(path, async (handle) => {
      const { uid, nlink, mode } = await handle.stat();
      if (uid !== account.uid || nlink !== 1) return void foreign.push(path);
      await own(handle, mode);
    });
  });
  return foreign.length === 0 ? null : foreign[0]!.subarray(top.length + 1).toString();
}

/** The folders alone, so that they can be removed: whoever made them reaches nothing in them any more. Nothing there is fine. */
export async function takeFolders(root: string | Buffer): Promise<void> {
  if (process.getuid?.() !== 0 || !(await lstat(root).catch(() => null))?.isDirectory()) return;
  await walk(typeof root === "string" ? Buffer.from(root) : root, async () => {});
}

type Found = Awaited<ReturnType<typeof lstat>>;

async function walk(folder: Buffer, other: (path: Buffer, found: Found) => Promise<void>): Promise<void> {
  await byHandle(folder, async (handle) => own(handle, (await handle.stat()).mode), constants.O_DIRECTORY);
  const folders: Buffer[] = [];
  let some: Buffer[] = [];
  const look = async () => {
    await Promise.all(
      some.map(async (path) => {
        const found = await lstat(path);
        if (found.isDirectory()) folders.push(path);
        else await other(path, found);
      }),
    );
    some = [];
  };
  for await (const { name } of await opendir(folder, { encoding: "buffer" as BufferEncoding })) {
    if (some.push(inside(folder, name as unknown as Buffer)) === AT_ONCE) await look();
  }
  await look();
  for (const path of folders) await walk(path, other);
}

async function own(handle: FileHandle, mode: number): Promise<void> {
  await handle.chown(0, 0);
  await handle.chmod(mode & MODES);
}
