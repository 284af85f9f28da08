import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { names } from "../../contract/index.ts";
import { rawOf } from "./bytes.ts";
import { checkOut, type Checkout } from "./checkout.ts";
import { configIn } from "./config-in.ts";
import { fetchLfs } from "./lfs.ts";
import { endOf } from "./links.ts";
import { remove } from "./remove.ts";
import type { Tree } from "./tree.ts";

/** One inside another inside another; deeper ones stay empty. */
const MOST_DEEP = 3;

type Module = { path: string; url: string };

/**
 * Fetches the submodules of a checkout into their folders, each at the commit that it names, by the rules that hold for the
 * repository itself. Answers the raw paths of those that stay empty: their address is none that may be fetched from.
 */
export async function fetchSubmodules(o: Checkout, tree: Tree, deep = 0): Promise<string[]> {
  const modules = tree.submodules.length === 0 || deep >= MOST_DEEP ? [] : await modulesOf(o);
  const empty: string[] = [];
  for (const { path, sha } of tree.submodules) {
    const url = modules.find((one) => rawOf(one.path) === path)?.url;
    const address = url === undefined ? null : addressOf(url, o.url);
    if (address === null || !(await isOwnFolder(o.into, path))) {
      empty.push(path);
      continue;
    }
    const name = Buffer.from(path, "latin1").toString();
    const inner = { ...o, url: address, branch: sha, commit: null, wanted: sha, into: join(o.into, name), gitDir: `${o.gitDir}.${deep}` };
    o.log(`Fetching the submodule ${name} from ${address}`, "system");
    try {
      const found = await checkOut(inner);
      await fetchLfs(inner, found);
      // All of them together may be as large as one repository.
      o.place.limitBytes = Math.max(0, o.place.limitBytes - found.bytes);
      empty.push(...(await fetchSubmodules(inner, found, deep + 1)).map((below) => `${path}/${below}`));
    } finally {
      await remove(inner.gitDir);
    }
  }
  return empty;
}

async function modulesOf(o: Checkout): Promise<Module[]> {
  const read = await configIn(o, ".gitmodules", ["--get-regexp", "^submodule\\..*\\.(path|url)$"]);
  const found = new Map<string, Partial<Module>>();
  for (const entry of read.split("\0")) {
    const [key = "", ...value] = entry.split("\n");
    const [, name, field] = /^submodule\.(.*)\.(path|url)$/s.exec(key) ?? [];
    if (name !== undefined && field !== undefined) found.set(name, { ...found.get(name), [field]: value.join("\n") });
  }
  return [...found.values()].filter((one): one is Module => one.path !== undefined && one.url !== undefined);
}

/** An empty folder that the checkout has made, reached through no link. */
async function isOwnFolder(into: string, path: string): Promise<boolean> {
  const name = Buffer.from(path, "latin1").toString();
  if (rawOf(name) !== path || (await endOf(into, path)) !== path) return false;
  return (await lstat(join(into, name)).catch(() => null))?.isDirectory() === true;
}

/** Where it lies: by the rules for repositories, or beside the one that names it (`../theme`). */
function addressOf(url: string, parent: string): string | null {
  const whole = /^\.\.?\//.test(url) ? beside(url, parent) : url;
  return whole !== null && names.gitUrl.safeParse(whole).success ? whole : null;
}

function beside(url: string, parent: string): string | null {
  let base = parent.replace(/\/+$/, "");
  for (const step of url.split("/")) {
    if (step === "." || step === "") continue;
    if (step !== "..") base = `${base}/${step}`;
    else if (/[^/:]\/[^/]+$/.test(base)) base = base.replace(/\/[^/]+$/, "");
    else return null;
  }
  return base;
}
