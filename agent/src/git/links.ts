import { lstat, readlink } from "node:fs/promises";
import { rawOf, under } from "./bytes.ts";

/** As the kernel's own limit. */
const MAX_LINKS = 40;

/**
 * Where the raw `path` (relative to `root`) ends when its links are followed, whether that exists or not: a raw path
 * relative to `root`, or null where it is outside. Walked by hand: text alone cannot tell (`a/b/../..` where b is a link),
 * and resolving for real needs the target to exist.
 */
export async function endOf(root: string, path: string): Promise<string | null> {
  const todo = path.split("/");
  const at: string[] = [];
  for (let links = 0; todo.length > 0; ) {
    const part = todo.shift()!;
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (at.length === 0) return null;
      at.pop();
      continue;
    }
    at.push(part);
    const here = under(root, at.join("/"));
    const found = await lstat(here).catch(() => null);
    if (!found?.isSymbolicLink()) continue;
    if (++links > MAX_LINKS) return null;
    const target = rawOf(await readlink(here, "buffer"));
    if (target.startsWith("/")) return null;
    at.pop();
    todo.unshift(...target.split("/"));
  }
  return at.join("/");
}

/** Whether following the raw `path` (relative to `root`) ends outside `root`, or would if the missing rest existed. */
export const leaves = async (root: string, path: string): Promise<boolean> => (await endOf(root, path)) === null;
