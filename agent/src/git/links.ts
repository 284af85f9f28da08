import { lstat, readlink } from "node:fs/promises";
import { join } from "node:path";

/** As the kernel's own limit. */
const MAX_LINKS = 40;

/**
 * Whether following the link at `path` (relative to `root`) ends outside `root`, or would if the missing rest existed.
 * Walked by hand: text alone cannot tell (`a/b/../..` where b is a link), and resolving for real needs the target to exist.
 */
export async function leaves(root: string, path: string): Promise<boolean> {
  const todo = path.split("/");
  const at: string[] = [];
  for (let links = 0; todo.length > 0; ) {
    const part = todo.shift()!;
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (at.length === 0) return true;
      at.pop();
      continue;
    }
    at.push(part);
    const here = join(root, ...at);
    const found = await lstat(here).catch(() => null);
    if (!found?.isSymbolicLink()) continue;
    if (++links > MAX_LINKS) return true;
    const target = await readlink(here);
    if (target.startsWith("/")) return true;
    at.pop();
    todo.unshift(...target.split("/"));
  }
  return false;
}
