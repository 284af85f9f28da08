import { constants, lstat, open, opendir, readlink, type FileHandle } from "node:fs/promises";
import type { BigIntStats } from "node:fs";
import { fail } from "../../contract/index.ts";
import { namesOfPath, textOfName } from "./file-names.ts";

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
/** Finds a thing and opens nothing: no device hears of it, and no FIFO waits for its other end. Linux alone has it, Node does not name it. */
const O_PATH = 0o10000000;

/** A folder that is held: whatever becomes of its name, this is the one. */
export type Folder = {
  handle: FileHandle;
  /** Of the file system that the volume lies on. */
  device: bigint;
  /** From the volume's own folder, for words alone. */
  path: string;
};

/**
 * An app may put anything into its volume, at any moment, and the agent is root. So each name is looked up in a folder
 * that is held open, by /proc/self/fd/N/name, and never in a path; no link is followed; only the volume's own file system
 * is entered; and a thing is known to be a file or a folder before it is opened.
 */
const within = (folder: Folder, name: Uint8Array): Buffer => Buffer.concat([Buffer.from(`/proc/self/fd/${folder.handle.fd}/`), name]);
const itself = (handle: FileHandle): string => `/proc/self/fd/${handle.fd}`;
const pathIn = (folder: Folder, name: Uint8Array): string => (folder.path === "" ? textOfName(name) : `${folder.path}/${textOfName(name)}`);

/** The volume's own folder, by the path that Docker tells. The caller closes it. */
export async function openRoot(path: string): Promise<Folder> {
  const handle = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).catch((error: NodeJS.ErrnoException) => {
    throw ABSENT.has(error.code ?? "") ? fail("VOLUME_PATH_UNKNOWN", { path: "folder" }) : error;
  });
  try {
    return { handle, device: (await handle.stat({ bigint: true })).dev, path: "" };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Something by its name, before it is opened for anything: its handle reads nothing. */
async function find(folder: Folder, name: Uint8Array): Promise<{ handle: FileHandle; stat: BigIntStats }> {
  const handle = await open(within(folder, name), O_PATH | O_NOFOLLOW).catch((error: NodeJS.ErrnoException) => {
    throw ABSENT.has(error.code ?? "") ? fail("VOLUME_PATH_UNKNOWN", { path: pathIn(folder, name) }) : error;
  });
  try {
    const stat = await handle.stat({ bigint: true });
    if (stat.dev !== folder.device && !stat.isSymbolicLink()) throw refused(folder, name, "on another file system");
    return { handle, stat };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** ENOTDIR: the folder that is held is one; what it was asked for has gone with it. */
const ABSENT = new Set(["ENOENT", "ENOTDIR", "ENAMETOOLONG"]);

const refused = (folder: Folder, name: Uint8Array, what: string) => fail("VOLUME_PATH_REFUSED", { path: pathIn(folder, name), what });

export type Kind = "file" | "folder" | "link" | "other";
export const kindOf = (stat: Pick<BigIntStats, "isFile" | "isDirectory" | "isSymbolicLink">): Kind =>
  stat.isFile() ? "file" : stat.isDirectory() ? "folder" : stat.isSymbolicLink() ? "link" : "other";
const WHAT: Record<Kind, string> = { file: "a file", folder: "a folder", link: "a link", other: "a device, a socket or a pipe" };

/** What was found is opened by its own handle: nothing that took its name meanwhile is. */
async function opened<T>(folder: Folder, name: Uint8Array, kind: Kind, act: (handle: FileHandle, stat: BigIntStats) => Promise<T>): Promise<T> {
  const { handle, stat } = await find(folder, name);
  try {
    if (kindOf(stat) !== kind) throw refused(folder, name, WHAT[kindOf(stat)]);
    return await act(await open(itself(handle), O_RDONLY | O_NONBLOCK | (kind === "folder" ? O_DIRECTORY : 0)), stat);
  } finally {
    await handle.close();
  }
}

/** A folder in one that is held. The caller closes it. */
export const folderIn = (folder: Folder, name: Uint8Array): Promise<Folder> =>
  opened(folder, name, "folder", async (handle) => ({ handle, device: folder.device, path: pathIn(folder, name) }));

/** A file in a folder that is held, for reading. The caller closes it. */
export const fileIn = (folder: Folder, name: Uint8Array): Promise<FileHandle> => opened(folder, name, "file", async (handle) => handle);

/** What stands there, and what it is; a link is told as one. */
export async function statIn(folder: Folder, name: Uint8Array): Promise<BigIntStats> {
  return lstat(within(folder, name), { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    throw ABSENT.has(error.code ?? "") ? fail("VOLUME_PATH_UNKNOWN", { path: pathIn(folder, name) }) : error;
  });
}

/** Where a link says that it leads; nobody goes there. */
export const linkIn = async (folder: Folder, name: Uint8Array): Promise<Buffer> => readlink(within(folder, name), { encoding: "buffer" });

/** The path of a name in a folder that is held, for what changes one: it follows nothing either. */
export const pathOf = within;

/** Entries that are read at once. */
const BATCH = 256;

/** Names in a folder that is held, as they come; a few hundred are in memory at a time. */
export async function* namesIn(folder: Folder): AsyncGenerator<Buffer> {
  for await (const { name } of await opendir(itself(folder.handle), { encoding: "buffer" as BufferEncoding, bufferSize: BATCH })) yield name as unknown as Buffer;
}

/** Goes down from the volume's own folder, one held folder after the other. The caller closes the last one. */
export async function enter(root: string, names: readonly Uint8Array[]): Promise<Folder> {
  let folder = await openRoot(root);
  for (const name of names) {
    const above = folder;
    folder = await folderIn(above, name).finally(() => above.handle.close());
  }
  return folder;
}

export async function atFolder<T>(root: string, names: readonly Uint8Array[], act: (folder: Folder) => Promise<T>): Promise<T> {
  const folder = await enter(root, names);
  try {
    return await act(folder);
  } finally {
    await folder.handle.close();
  }
}

/** The folder that something lies in, and its name there; INVALID_INPUT for the volume itself. */
export async function atParent<T>(root: string, path: string, act: (folder: Folder, name: Buffer) => Promise<T>): Promise<T> {
  const names = namesOfPath(path);
  const name = names.pop();
  if (name === undefined) throw fail("INVALID_INPUT", { field: "path", why: "it names the volume itself" });
  return atFolder(root, names, (folder) => act(folder, name));
}
