import { readFile } from "node:fs/promises";
import { under } from "./bytes.ts";
import { endOf } from "./links.ts";
import type { Tree } from "./tree.ts";

const POINTER = "version https://git-lfs.github.com/spec/v1\n";

/** `path` is raw; `size` as it says of what it points to, and without end where that cannot be read. */
export type Pointer = { path: string; size: number };

/** The files that are pointers of Git LFS and not what they point to; looked for only where an attribute speaks of it. */
export async function pointersOf(root: string, { attributes, small }: Tree): Promise<Pointer[]> {
  const told = await Promise.all(attributes.map((path) => textOf(root, path)));
  if (!told.some((text) => /\bfilter=lfs\b/.test(text))) return [];
  const found: Pointer[] = [];
  for (const path of small) {
    const text = await textOf(root, path);
    if (text.startsWith(POINTER)) found.push({ path, size: sizeIn(text) });
  }
  return found;
}

/** As git-lfs reads it: only \n parts its lines, and a number may begin with a plus and with zeros. */
function sizeIn(pointer: string): number {
  const line = pointer.trimEnd().split("\n").find((one) => one.startsWith("size "));
  return Number(/^size \+?(\d+)\r?$/.exec(line ?? "")?.[1] ?? Number.POSITIVE_INFINITY);
}

/** What is no file, or reached through a link, says nothing. */
async function textOf(root: string, path: string): Promise<string> {
  if ((await endOf(root, path)) !== path) return "";
  return await readFile(under(root, path), "latin1").catch(() => "");
}
