import { open, type FileHandle } from "node:fs/promises";
import { Failure, fail } from "../../contract/index.ts";
import { filesOf } from "../effects/index.ts";
import type { OpenSource } from "../raw/purposes.ts";
import { namesOfPath, textOfName } from "./file-names.ts";
import { changed, readMarked } from "./file-source.ts";
import { entryOf, keptOf, lengthOf, namesOf, type Kept } from "./manifest.ts";
import { markOf, same } from "./same.ts";
import { END, headerOf } from "./tar.ts";
import { atFolder, fileIn } from "./walk.ts";

const { writeFile } = filesOf("volume.manifest");

/** A folder to be taken: what its archive holds stands in the ticket's own file. */
export type FolderTaken = { folder: string; path: string; name: string };

/** Lines of the manifest that are read at once, and whose first place is known. */
const EACH = 64;
const BLOCK = 256 * 1024;
/** Stands in the manifest's place once it is no longer true: whoever comes again is told so. */
const CHANGED = "changed ";
/** What a thing that has gone, or become another, is refused with. */
const OTHER = new Set(["VOLUME_PATH_UNKNOWN", "VOLUME_PATH_REFUSED"]);

/** The archive of a folder, read from any offset on; nothing of it is on the disk. */
export async function openArchive(manifestPath: string, taken: FolderTaken): Promise<OpenSource> {
  const lines = await open(manifestPath, "r").catch((error: NodeJS.ErrnoException) => {
    throw error.code === "ENOENT" ? fail("RAW_TICKET_UNKNOWN", {}) : error;
  });
  const places = await placesOf(lines, taken).catch(async (error: unknown) => {
    await lines.close();
    throw error;
  });
  let block: { index: number; entries: Kept[]; at: number } | null = null;
  let current: Open | null = null;

  const leave = async () => {
    const before = current;
    current = null;
    await before?.handle?.close();
  };
  /** The entry that has this byte. */
  async function seek(offset: number): Promise<Open> {
    if (current !== null && offset >= current.at && offset < current.at + current.length) return current;
    await leave();
    const index = last(places, offset);
    if (block?.index !== index) block = { index, entries: await readLines(lines, places, index), at: places[index]!.at };
    let { at } = block;
    for (const entry of block.entries) {
      const length = lengthOf(taken.name, entry);
      if (offset < at + length) return (current = await openEntry(taken, entry, at, length));
      at += length;
    }
    throw new Error(`The archive has no byte ${offset}`);
  }

  return {
    async read(offset, most) {
      try {
        const entry = await seek(offset);
        return await readEntry(entry, offset - entry.at, most);
      } catch (error) {
        if (!(error instanceof Failure) || !(OTHER.has(error.problem.code) || error.problem.code === "VOLUME_FILE_CHANGED")) throw error;
        // The connection ends with it; who presents the ticket again reads why.
        const path = String(error.problem.values?.["path"] ?? "");
        await writeFile(manifestPath, `${CHANGED}${path}\n`, { mode: 0o600 });
        throw changed(path);
      }
    },
    async close() {
      await leave();
      await lines.close();
    },
  };
}

type Place = { at: number; from: number };

/** Where every 64th line begins, in the archive and in the manifest. */
async function placesOf(file: FileHandle, { path }: FolderTaken): Promise<Place[]> {
  const places: Place[] = [];
  let number = 0;
  let from = 0;
  let rest = Buffer.alloc(0);
  const block = Buffer.alloc(BLOCK);
  for (let read = 0; ; read += block.length) {
    const { bytesRead } = await file.read(block, 0, block.length, read);
    if (bytesRead === 0) break;
    if (read === 0 && (block.toString("latin1", 0, CHANGED.length) === CHANGED)) throw changed(block.toString("utf8", CHANGED.length, bytesRead).trimEnd());
    rest = Buffer.concat([rest, block.subarray(0, bytesRead)]);
    let begin = 0;
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a, begin)) {
      if (number % EACH === 0) places.push({ at: Number.parseInt(rest.toString("latin1", begin, begin + 20), 10), from: from + begin });
      number += 1;
      begin = end + 1;
    }
    from += begin;
    rest = rest.subarray(begin);
  }
  // Torn where a crash came between: what was to be said is known anyway.
  if (places.length === 0) throw changed(path || "This volume");
  return [...places, { at: Number.POSITIVE_INFINITY, from }];
}

/** The last place that is not behind the offset. */
function last(places: readonly Place[], offset: number): number {
  let low = 0;
  let high = places.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (places[middle]!.at <= offset) low = middle;
    else high = middle;
  }
  return low;
}

async function readLines(file: FileHandle, places: readonly Place[], index: number): Promise<Kept[]> {
  const { from } = places[index]!;
  const bytes = Buffer.alloc(places[index + 1]!.from - from);
  await file.read(bytes, 0, bytes.length, from);
  return bytes.toString().trimEnd().split("\n").map(keptOf);
}

type Open = { at: number; length: number; header: Buffer; entry: Kept; handle: FileHandle | null; path: string };

/** Looked at before a byte of it is told: a folder that has other entries by now is not what was asked for. */
async function openEntry({ folder, path, name }: FolderTaken, entry: Kept, at: number, length: number): Promise<Open> {
  const shown = [path, ...namesOf(entry.path).map(textOfName)].filter((each) => each !== "").join("/") || "This volume";
  const own = { at, length, header: entry.kind === "end" ? END : headerOf(entryOf(name, entry)), entry, path: shown };
  if (entry.kind === "end" || entry.kind === "link") return { ...own, handle: null };
  const names = [...namesOfPath(path), ...namesOf(entry.path)];
  const isAs = async (handle: FileHandle) => entry.mark !== undefined && same(markOf(await handle.stat({ bigint: true })), entry.mark);
  if (entry.kind === "folder") {
    if (await atFolder(folder, names, ({ handle }) => isAs(handle))) return { ...own, handle: null };
    throw changed(shown);
  }
  const handle = await atFolder(folder, names.slice(0, -1), (parent) => fileIn(parent, names.at(-1)!));
  if (await isAs(handle)) return { ...own, handle };
  await handle.close();
  throw changed(shown);
}

async function readEntry({ header, entry, handle, path }: Open, offset: number, most: number): Promise<Uint8Array> {
  if (offset < header.length) return header.subarray(offset, offset + most);
  const inside = offset - header.length;
  if (handle === null || inside >= entry.size) return Buffer.alloc(Math.min(most, lengthLeft(entry.size, inside)));
  return readMarked(handle, entry.mark!, path, inside, Math.min(most, entry.size - inside));
}

/** Of the zeros behind a file, which fill its last record. */
const lengthLeft = (size: number, inside: number): number => Math.ceil(size / 512) * 512 - inside;
