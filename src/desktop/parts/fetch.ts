// One part, checked and cached: the maker's pinned release, else Debian's signed archive. A second call costs one hash.
import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fetchFromDebian } from "./debian.ts";
import {
  manifest as pinned,
  type Arch,
  type DownloadedPart,
  type Manifest,
  type PartName,
} from "./manifest.ts";
import { installedNode } from "./node.ts";
import { fetchOfficial, OutOfReach, type Progress } from "./official.ts";

export type Part = { path: string; version: string; sha256: string };
export type FetchOptions = {
  cacheDir: string;
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  manifest?: Manifest;
};

type Card = { version: string; sha256: string; pinned: string };

export async function fetchPart(name: PartName, arch: Arch, options: FetchOptions): Promise<Part> {
  const manifest = options.manifest ?? pinned;
  if (name === "node") return nodePart(arch, manifest.node.version);
  const part = manifest[name];
  const home = join(options.cacheDir, `${name}-${arch}-${fingerprint(part, arch)}`);
  return (await cached(home, part)) ?? (await bring(part, arch, home, options));
}

/** The part if it is already here; fetches nothing. */
export async function cachedPart(
  name: "caddy" | "buildx",
  arch: Arch,
  { cacheDir, manifest = pinned }: Pick<FetchOptions, "cacheDir" | "manifest">,
): Promise<Part | undefined> {
  const part = manifest[name];
  return cached(join(cacheDir, `${name}-${arch}-${fingerprint(part, arch)}`), part);
}

async function nodePart(arch: Arch, version: string): Promise<Part> {
  const path = installedNode(arch);
  if (!path)
    throw new Error(
      `Node ${version} for linux-${arch} is not among the installed packages (node-linux-${arch}).`,
    );
  return { path, version, sha256: await hashFile(path) };
}

/** Changes with the pinned release, so that a new manifest never finds an old program. */
function fingerprint(part: DownloadedPart, arch: Arch): string {
  return createHash("sha256")
    .update(JSON.stringify([part.version, part.official[arch], part.debian]))
    .digest("hex")
    .slice(0, 12);
}

async function cached(home: string, part: DownloadedPart): Promise<Part | undefined> {
  const path = join(home, part.file);
  try {
    const card = JSON.parse(await readFile(join(home, "part.json"), "utf8")) as Card;
    if ((await hashFile(path)) === card.sha256)
      return { path, version: card.version, sha256: card.sha256 };
  } catch {}
  return undefined;
}

async function bring(
  part: DownloadedPart,
  arch: Arch,
  home: string,
  options: FetchOptions,
): Promise<Part> {
  await removeAbandoned(options.cacheDir);
  const folder = join(options.cacheDir, `.new-${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  try {
    const version = await fromEither(part, arch, folder, options);
    const sha256 = await hashFile(join(folder, part.file));
    await writeFile(
      join(folder, "part.json"),
      JSON.stringify({ version, sha256, pinned: part.version } satisfies Card),
    );
    return (
      (await takePlace(folder, home, part)) ?? { path: join(home, part.file), version, sha256 }
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fromEither(
  part: DownloadedPart,
  arch: Arch,
  folder: string,
  { signal, onProgress }: FetchOptions,
): Promise<string> {
  try {
    await fetchOfficial(part.official[arch], { folder, name: part.file, signal, onProgress });
    return part.version;
  } catch (error) {
    if (!(error instanceof OutOfReach)) throw error;
    try {
      return (await fetchFromDebian(part.debian, { folder, name: part.file, arch, signal }))
        .version;
    } catch (second) {
      signal?.throwIfAborted();
      throw new Error(
        `${error.message} Debian's archive did not help either: ${second instanceof Error ? second.message : String(second)}`,
        { cause: error },
      );
    }
  }
}

/** Two processes may bring the same part at once: the first rename wins and the second uses that one; only a broken predecessor makes room. */
async function takePlace(
  folder: string,
  home: string,
  part: DownloadedPart,
): Promise<Part | undefined> {
  try {
    await rename(folder, home);
    return undefined;
  } catch (error) {
    const winner = await cached(home, part);
    if (winner) return winner;
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
  }
  await rename(home, `${folder}-old`).catch(() => {});
  await rm(`${folder}-old`, { recursive: true, force: true });
  await rename(folder, home);
  return undefined;
}

/** What a killed process left half-way goes after a day; younger folders may belong to a running one. */
async function removeAbandoned(cacheDir: string): Promise<void> {
  for (const entry of await readdir(cacheDir).catch(() => [])) {
    if (!entry.startsWith(".new-")) continue;
    const age =
      Date.now() -
      (await stat(join(cacheDir, entry)).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
    if (age > 86_400_000) await rm(join(cacheDir, entry), { recursive: true, force: true });
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
