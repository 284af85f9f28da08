import type { BigIntStats } from "node:fs";
import { fail } from "../../contract/index.ts";
import { bytesOfName, namesOfPath, textOfName } from "./file-names.ts";
import { isHalf } from "./half.ts";
import { atFolder, kindOf, namesIn, statIn, type Folder, type Kind } from "./walk.ts";

/** Larger folders are not listed: reading their names for each page would keep the disk busy. */
export const MOST_LISTED = 1_000_000;
/** Looked at side by side. */
const AT_ONCE = 16;

export type Entry = { name: string; kind: Kind; bytes: number | null; changedAt: number };
export type Page = { entries: Entry[]; more: boolean };

/**
 * A page of a folder, by name, after the name `after`. All names are read for each page, a few hundred at a time, and no
 * more than two pages of them are kept: 100,000 entries cost neither memory nor the loop.
 */
export async function listFolder(root: string, { path, after, limit }: { path: string; after?: string | undefined; limit: number }, signal?: AbortSignal): Promise<Page> {
  return atFolder(root, namesOfPath(path), async (folder) => {
    const names = await firstNames(folder, after === undefined ? null : bytesOfName(after), limit + 1, signal);
    const entries: Entry[] = [];
    const shown = names.slice(0, limit);
    for (let at = 0; at < shown.length; at += AT_ONCE) {
      signal?.throwIfAborted();
      const some = await Promise.all(shown.slice(at, at + AT_ONCE).map((name) => entryOf(folder, name)));
      entries.push(...some.filter((entry) => entry !== null));
    }
    return { entries, more: names.length > limit };
  });
}

/** The first so many after that one, in the order of their bytes. */
async function firstNames(folder: Folder, after: Buffer | null, most: number, signal?: AbortSignal): Promise<Buffer[]> {
  let kept: Buffer[] = [];
  let last: Buffer | null = null;
  let seen = 0;
  const cut = () => {
    kept = kept.sort(Buffer.compare).slice(0, most);
    last = kept.length === most ? kept.at(-1)! : null;
  };
  for await (const name of namesIn(folder)) {
    signal?.throwIfAborted();
    seen += 1;
    if (seen > MOST_LISTED) throw fail("VOLUME_FOLDER_TOO_LARGE", { path: folder.path || "This volume", limit: `${MOST_LISTED.toLocaleString("en")} names` });
    if (isHalf(name) || (after !== null && name.compare(after) <= 0) || (last !== null && name.compare(last) >= 0)) continue;
    kept.push(name);
    if (kept.length >= 2 * most) cut();
  }
  cut();
  return kept;
}

/** Null: it has gone since its name was read. */
async function entryOf(folder: Folder, name: Buffer): Promise<Entry | null> {
  const stat = await statIn(folder, name).catch(() => null);
  if (stat === null) return null;
  return { name: textOfName(name), ...factsOf(stat) };
}

/** An app may give a file of nothing but holes any size, and any time. */
export function factsOf(stat: Pick<BigIntStats, "isFile" | "isDirectory" | "isSymbolicLink" | "size" | "mtimeMs">): Omit<Entry, "name"> {
  const kind = kindOf(stat);
  return { kind, bytes: kind === "file" ? within(stat.size) : null, changedAt: within(stat.mtimeMs) };
}

const within = (value: bigint): number => Math.min(Math.max(0, Number(value)), Number.MAX_SAFE_INTEGER);
