import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "@aeroplane/agent/contract";
import { programArch } from "../parts/elf.ts";
import { fetchPart, type FetchOptions } from "../parts/fetch.ts";
import type { Arch } from "../parts/manifest.ts";
import type { Templates, WantedPart } from "./plan.ts";

/** What ships with the app. */
export type Resources = {
  version: string;
  /** The agent's one file. */
  agentBundle: string;
  /** The folder with the unit files. */
  folder: string;
  /** Where fetched parts are kept. */
  cacheDir: string;
  /** The node_modules of the checkout that the app runs from, whose Node is used; a packaged app has none. */
  packages?: string;
};

type Wish = { signal?: AbortSignal } & Pick<FetchOptions, "kept">;

const words = { node: "Node", caddy: "Caddy", buildx: "buildx" };

/** Checked once per start: hashing a quarter of a gigabyte at each reconnect would be felt. */
const checked = new Map<string, Promise<WantedPart>>();

/** Every program that a server of that kind of processor needs, fetched to this computer and checked. */
export async function wantedParts(resources: Resources, arch: Arch, wish: Wish = {}): Promise<WantedPart[]> {
  const fetched = (name: "node" | "caddy" | "buildx", file: string) => once(`${name} ${arch} ${resources.cacheDir}`, () => fetchOne(name, file, resources, arch, wish));
  return [await fetched("node", "node"), await agentPart(resources), await fetched("caddy", "caddy"), await fetched("buildx", "docker-buildx")];
}

async function fetchOne(name: "node" | "caddy" | "buildx", file: string, { cacheDir, packages }: Resources, arch: Arch, { signal, kept }: Wish): Promise<WantedPart> {
  try {
    const part = await fetchPart(name, arch, { cacheDir, packages, signal, kept });
    // A program for another processor cannot be tried here: its header is what can be looked at before it is sent.
    if ((await programArch(part.path)) !== arch) throw new Error(`what was fetched is no program for ${arch}`);
    return { name, file, ...part };
  } catch (error) {
    signal?.throwIfAborted();
    throw fail("PART_UNAVAILABLE", { part: words[name], why: plain(error) }, { cause: error });
  }
}

async function once(key: string, fetch: () => Promise<WantedPart>): Promise<WantedPart> {
  const known = await checked.get(key)?.catch(() => undefined);
  if (known && existsSync(known.path)) return known;
  const fresh = fetch();
  checked.set(key, fresh);
  fresh.catch(() => checked.delete(key));
  return fresh;
}

export async function agentPart({ agentBundle, version }: Resources): Promise<WantedPart> {
  try {
    const sha256 = createHash("sha256").update(await readFile(agentBundle)).digest("hex");
    return { name: "agent", file: "agent.mjs", version, sha256, path: agentBundle };
  } catch (error) {
    throw fail("PART_UNAVAILABLE", { part: "The agent", why: plain(error) }, { cause: error });
  }
}

export async function unitTemplates({ folder }: Resources): Promise<Templates> {
  const read = (name: string) => readFile(join(folder, name), "utf8");
  return { agent: await read("aeroplane-agent.service"), caddy: await read("aeroplane-caddy.service"), supervisor: await read("aeroplane-supervise.sh") };
}

function plain(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}
