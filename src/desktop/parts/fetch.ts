// One part, checked and cached: the maker's pinned release, else Debian's signed archive; Node has no other source than its pinned
// address, but where a checkout is stated. A second call costs one hash.
import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fetchFromDebian, upstreamOf, type Archive } from "./debian.ts";
import {
  manifest as pinned,
  type Arch,
  type DownloadedPart,
  type Manifest,
  type OfficialFile,
  type PartName,
} from "./manifest.ts";
import { isBefore } from "@aeroplane/agent/contract";
import { atNpmsRegistry, installedNode } from "./checkout.ts";
import { fetchOfficial, OutOfReach, type Progress } from "./official.ts";

/** `pin`: what the manifest said of it when it was fetched, shortened. */
export type Part = { path: string; version: string; sha256: string; pin: string };
export type FetchOptions = {
  cacheDir: string;
  /** The node_modules of the checkout that this runs from, whose Node may be taken; a packaged app has none. */
  packages?: string;
  /** A folder of parts that were checked and kept to run from, by whatever name; asked before anything is fetched. */
  kept?: (name: PartName, pin: string) => Promise<Part | undefined>;
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  manifest?: Manifest;
  /** Instead of the one that this machine's apt uses. */
  archive?: Archive;
};

type Card = { version: string; sha256: string; pinned: string };

/** Where a part is kept, and how it gets into a fresh folder; answers its version. */
type Source = {
  home: string;
  file: string;
  pin: string;
  pinned: string;
  into: (folder: string) => Promise<string>;
};

export async function fetchPart(name: PartName, arch: Arch, options: FetchOptions): Promise<Part> {
  return (await cachedPart(name, arch, options)) ?? (await bring(sourceOf(name, arch, options), options.cacheDir));
}

/** The part if it is already here; fetches nothing. */
export async function cachedPart(name: PartName, arch: Arch, options: Omit<FetchOptions, "signal" | "onProgress">): Promise<Part | undefined> {
  const { home, file, pin } = sourceOf(name, arch, options);
  return (name === "node" ? await fromCheckout(arch, pin, options) : undefined) ?? (await cached(home, file, pin)) ?? (await options.kept?.(name, pin));
}

function sourceOf(name: PartName, arch: Arch, options: FetchOptions): Source {
  const manifest = options.manifest ?? pinned;
  if (name === "node") {
    const { version, file, official } = manifest.node;
    const pin = shortened([version[arch], official[arch]]);
    const home = join(options.cacheDir, `node-${arch}-${pin}`);
    const into = async (folder: string) => {
      await nodeInto(folder, official[arch], file, options);
      return version[arch];
    };
    return { home, file, pin, pinned: version[arch], into };
  }
  const part = manifest[name];
  const into = (folder: string) => fromEither(part, arch, folder, options);
  return { ...placeOf(name, arch, part, options.cacheDir), pinned: part.version, into };
}

async function fromCheckout(arch: Arch, pin: string, { packages, manifest = pinned }: FetchOptions): Promise<Part | undefined> {
  const version = manifest.node.version[arch];
  const path = packages && (await installedNode(packages, arch, version));
  return path ? { path, version, sha256: await hashFile(path), pin } : undefined;
}

async function nodeInto(folder: string, file: OfficialFile, name: string, { packages, signal, onProgress }: FetchOptions): Promise<void> {
  const o = { folder, name, signal, onProgress };
  try {
    await fetchOfficial(file, o);
  } catch (error) {
    const other = error instanceof OutOfReach && packages ? await atNpmsRegistry(file, signal) : undefined;
    if (!other) throw error;
    // Another address, the same digest.
    await fetchOfficial(other, o);
  }
}

/** Changes with the pinned release and what is refused, so that a new manifest never finds an old program. */
function placeOf(name: string, arch: Arch, part: DownloadedPart, cacheDir: string) {
  const pin = shortened([part.version, part.official[arch], part.debian, part.atLeast]);
  return { home: join(cacheDir, `${name}-${arch}-${pin}`), file: part.file, pin };
}

function shortened(said: unknown[]): string {
  return createHash("sha256").update(JSON.stringify(said)).digest("hex").slice(0, 12);
}

async function cached(home: string, file: string, pin: string): Promise<Part | undefined> {
  const path = join(home, file);
  try {
    const card = JSON.parse(await readFile(join(home, "part.json"), "utf8")) as Card;
    if ((await hashFile(path)) === card.sha256)
      return { path, version: card.version, sha256: card.sha256, pin };
  } catch {}
  return undefined;
}

async function bring({ home, file, pin, pinned, into }: Source, cacheDir: string): Promise<Part> {
  await removeAbandoned(cacheDir);
  const folder = join(cacheDir, `.new-${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  try {
    const version = await into(folder);
    const sha256 = await hashFile(join(folder, file));
    const card: Card = { version, sha256, pinned };
    await writeFile(join(folder, "part.json"), JSON.stringify(card));
    return (await takePlace(folder, home, file, pin)) ?? { path: join(home, file), version, sha256, pin };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fromEither(
  part: DownloadedPart,
  arch: Arch,
  folder: string,
  { signal, onProgress, archive }: FetchOptions,
): Promise<string> {
  try {
    await fetchOfficial(part.official[arch], { folder, name: part.file, signal, onProgress });
    return part.version;
  } catch (error) {
    if (!(error instanceof OutOfReach)) throw error;
    try {
      const { version } = await fetchFromDebian(part.debian, { folder, name: part.file, arch, signal, archive });
      refuseOld(part, version);
      return version;
    } catch (second) {
      signal?.throwIfAborted();
      throw new Error(
        `${error.message} Debian's archive did not help either: ${second instanceof Error ? second.message : String(second)}`,
        { cause: error },
      );
    }
  }
}

/** An archive, or a copy of it, that has stood still would bring back what has been mended since. */
function refuseOld({ debian, atLeast }: DownloadedPart, version: string): void {
  if (isBefore(upstreamOf(version), atLeast))
    throw new Error(
      `The newest ${debian.package} there is ${version}; one before ${atLeast} is not used, for known faults.`,
    );
}

/** Two processes may bring the same part at once: the first rename wins and the second uses that one; only a broken predecessor makes room. */
async function takePlace(folder: string, home: string, file: string, pin: string): Promise<Part | undefined> {
  try {
    await rename(folder, home);
    return undefined;
  } catch (error) {
    const winner = await cached(home, file, pin);
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

export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
