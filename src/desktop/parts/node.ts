// Node's own program. The one for this architecture came with our dependencies; the other one npm brings, checked against package-lock.json.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, readdir, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Arch } from "./manifest.ts";

const execute = promisify(execFile);
const lockFile = join(import.meta.dirname, "../../../package-lock.json");

export function installedNode(arch: Arch): string | undefined {
  try {
    const card = createRequire(import.meta.url).resolve(`node-linux-${arch}/package.json`);
    const path = join(dirname(card), "bin", "node");
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

export async function fetchNode({
  folder,
  arch,
  version,
  signal,
}: {
  folder: string;
  arch: Arch;
  version: string;
  signal?: AbortSignal;
}): Promise<void> {
  const name = `node-linux-${arch}`;
  const integrity = await lockedIntegrity(name, version);
  const pack = ["pack", "--silent", `${name}@${version}`, "--pack-destination", folder];
  await execute("npm", pack, { signal, timeout: 600_000 });
  const archive = (await readdir(folder)).find((file) => file.endsWith(".tgz"));
  if (!archive) throw new Error(`npm pack ${name}@${version} left no archive behind.`);
  const path = join(folder, archive);
  const found = `sha512-${createHash("sha512")
    .update(await readFile(path))
    .digest("base64")}`;
  if (found !== integrity)
    throw new Error(`${name}@${version} is ${found} instead of ${integrity} of package-lock.json.`);
  await execute("tar", ["-xzf", path, "-C", folder, "--no-same-owner", "package/bin/node"], {
    signal,
  });
  await rm(path);
  await rename(join(folder, "package/bin/node"), join(folder, "node"));
  await rm(join(folder, "package"), { recursive: true });
  await chmod(join(folder, "node"), 0o755);
}

async function lockedIntegrity(name: string, version: string): Promise<string> {
  const lock = JSON.parse(await readFile(lockFile, "utf8")) as {
    packages: Record<string, { version?: string; integrity?: string }>;
  };
  const entry = lock.packages[`node_modules/${name}`];
  if (entry?.version !== version || !entry.integrity)
    throw new Error(`package-lock.json does not pin ${name}@${version}.`);
  return entry.integrity;
}
