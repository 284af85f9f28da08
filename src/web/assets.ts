import { readFile, realpath } from "node:fs/promises";
import { extname, join, sep } from "node:path";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".json": "application/json",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
};

/** One file of the built window, or undefined. The resolved path must lie in the folder: no `..`, no link out of it. */
export async function readAsset(folder: string, pathname: string): Promise<{ body: Buffer; type: string } | undefined> {
  const wanted = pathname === "/" ? "/index.html" : pathname;
  const type = types[extname(wanted)];
  if (!type || !/^\/[A-Za-z0-9._/-]+$/.test(wanted) || wanted.split("/").includes("..")) return undefined;
  try {
    const root = await realpath(folder);
    const path = await realpath(join(root, wanted));
    if (!path.startsWith(root + sep)) return undefined;
    return { body: await readFile(path), type };
  } catch {
    return undefined;
  }
}
