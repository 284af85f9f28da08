import * as z from "zod";
import { fail } from "../../contract/index.ts";
import { namesOfPath } from "./file-names.ts";
import { isHalf } from "./half.ts";
import { markOf, settled } from "./same.ts";
import { END, headerOf, padded, type TarEntry } from "./tar.ts";
import { enter, kindOf, linkIn, namesIn, statIn, type Folder } from "./walk.ts";

/** Of a folder that is taken as one: more are taken one by one. */
export const MOST_TAKEN = 500_000;
const DEEPEST = 200;

const mark = z.object({ dev: z.string(), ino: z.string(), size: z.string(), mtime: z.string(), ctime: z.string() });
/** Names as latin1, since they are bytes: from the folder that is taken, "" for itself. */
const kept = z.object({
  kind: z.enum(["file", "folder", "link", "end"]),
  path: z.string(),
  to: z.string().optional(),
  size: z.number(),
  mode: z.number(),
  uid: z.number(),
  gid: z.number(),
  mtime: z.number(),
  mark: mark.optional(),
});
/** A thing of the archive, with what tells whether it is still the same. */
export type Kept = z.infer<typeof kept>;

export const keptOf = (line: string): Kept => kept.parse(JSON.parse(line.slice(line.indexOf(" ") + 1)));
const lineOf = (at: number, entry: Kept): string => `${at} ${JSON.stringify(entry)}`;

/** As it stands in the archive, whose own folder is called `name`. */
export function entryOf(name: string, { kind, path, to, ...rest }: Kept): TarEntry {
  const whole = Buffer.concat([Buffer.from(name), Buffer.from(path === "" ? "" : "/"), Buffer.from(path, "latin1")]);
  return { ...rest, kind: kind === "end" ? "folder" : kind, path: whole, to: to === undefined ? undefined : Buffer.from(to, "latin1") };
}

/** All bytes of an entry: its headers, and what it holds. */
export const lengthOf = (name: string, entry: Kept): number => (entry.kind === "end" ? END.length : headerOf(entryOf(name, entry)).length + padded(entry.kind === "file" ? entry.size : 0));

export const namesOf = (path: string): Buffer[] => (path === "" ? [] : path.split("/").map((name) => Buffer.from(name, "latin1")));

/**
 * What an archive of a folder holds, a line each with the offset at which it stands in it; told to `sized` is how long all
 * of it is. Each thing is marked before the walk has ended and looked at again when it is read: an archive that comes to
 * its end is the folder as it was at that one moment. Devices, sockets and pipes are left out, links go as links.
 */
export async function* manifest(root: string, path: string, name: string, sized: (bytes: number) => void, signal?: AbortSignal, most = MOST_TAKEN): AsyncGenerator<string> {
  const top = namesOfPath(path);
  let at = 0;
  let count = 0;
  const counted = () => {
    count += 1;
    if (count > most) throw tooLarge(path, `${most.toLocaleString("en")} files and folders`);
  };
  const told = (entry: Kept): string => {
    const line = lineOf(at, entry);
    at += lengthOf(name, entry);
    return line;
  };
  const waiting = [""];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const under = namesOf(next);
    if (under.length > DEEPEST) throw tooLarge(path, `${DEEPEST} folders in each other`);
    // Opened from the top again: a tree of any depth and breadth holds one folder open.
    const folder = await enter(root, [...top, ...under]);
    try {
      yield* lookInto(folder, next, { counted, told, later: (each) => void waiting.push(each) }, signal);
    } finally {
      await folder.handle.close();
    }
  }
  yield told({ kind: "end", path: "", size: 0, mode: 0, uid: 0, gid: 0, mtime: 0 });
  sized(at);
}

const tooLarge = (path: string, limit: string) => fail("VOLUME_FOLDER_TOO_LARGE", { path: path || "This volume", limit });

type Walk = {
  /** Throws for one too many: asked as its name is read, since those that are gone into later are kept in memory. */
  counted(): void;
  told(entry: Kept): string;
  later(path: string): void;
};

async function* lookInto(folder: Folder, path: string, { counted, told, later }: Walk, signal?: AbortSignal): AsyncGenerator<string> {
  const own = await settled(() => folder.handle.stat({ bigint: true }));
  const factsOf = ({ mode, uid, gid, mtimeMs }: typeof own) => ({ mode: Number(mode), uid: Number(uid), gid: Number(gid), mtime: Math.floor(Number(mtimeMs) / 1000) });
  yield told({ kind: "folder", path, size: 0, ...factsOf(own), mark: markOf(own) });
  for await (const name of namesIn(folder)) {
    signal?.throwIfAborted();
    if (isHalf(name)) continue;
    counted();
    const stat = await settled(() => statIn(folder, name));
    const kind = kindOf(stat);
    const inside = path === "" ? name.toString("latin1") : `${path}/${name.toString("latin1")}`;
    if (kind === "folder" && stat.dev === folder.device) later(inside);
    else if (kind === "file") yield told({ kind, path: inside, size: Number(stat.size), ...factsOf(stat), mark: markOf(stat) });
    else if (kind === "link") yield told({ kind, path: inside, to: (await linkIn(folder, name)).toString("latin1"), size: 0, ...factsOf(stat) });
  }
}
