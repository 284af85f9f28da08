// Caddy and buildx for tests: the product's own mechanism and manifest, in the world's cache.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fetchPart } from "../../src/desktop/parts/fetch.ts";
import type { Arch } from "../../src/desktop/parts/manifest.ts";
import { cacheDir, partsDir } from "./cache.ts";
import { builtCaddy, chosenCaddy } from "./caddy.ts";
import { withLock } from "./lock.ts";

export const arch: Arch = process.arch === "arm64" ? "arm64" : "x64";

/** The Caddy that AEROPLANE_WORLD_CADDY names; the one that servers get where it names none. */
export async function caddyBin(): Promise<string> {
  const version = chosenCaddy();
  return version === undefined ? await part("caddy") : await builtCaddy(version);
}

/** The one that servers get, whatever the tests run on. */
export const partCaddy = (): Promise<string> => part("caddy");

export async function buildxBin(): Promise<string> {
  return await part("buildx");
}

async function part(name: "caddy" | "buildx"): Promise<string> {
  await mkdir(cacheDir, { recursive: true });
  return await withLock(
    join(cacheDir, `${name}.lock`),
    async () => (await fetchPart(name, arch, { cacheDir: partsDir })).path,
  );
}
