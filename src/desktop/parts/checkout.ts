// What a checkout has of Node beside the maker's address: the package that npm installed, and the registry that npm is set to.
// A packaged app has neither and asks for neither.
import { execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { NPM_REGISTRY, type Arch, type OfficialFile } from "./manifest.ts";

const execute = promisify(execFile);

/** The program of the installed package, where that is the pinned version; npm has compared it with package-lock.json. */
export async function installedNode(packages: string, arch: Arch, version: string): Promise<string | undefined> {
  const home = join(packages, `node-linux-${arch}`);
  const path = join(home, "bin", "node");
  try {
    const card = JSON.parse(await readFile(join(home, "package.json"), "utf8")) as { version?: string };
    return card.version === version && (await stat(path)).isFile() ? path : undefined;
  } catch {
    return undefined;
  }
}

/** The same file at the registry of npm's own settings; undefined where that is the public one, or there is no npm. */
export async function atNpmsRegistry(file: OfficialFile, signal?: AbortSignal): Promise<OfficialFile | undefined> {
  const said = await execute("npm", ["config", "get", "registry"], { signal, timeout: 30_000 }).catch(() => undefined);
  const registry = said?.stdout.trim().replace(/\/*$/, "/");
  if (!registry || !/^https?:/.test(registry) || registry === NPM_REGISTRY) return undefined;
  return { ...file, url: file.url.replace(NPM_REGISTRY, registry) };
}
