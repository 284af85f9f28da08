import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "@aeroplane/agent/contract";
import { fetchPart } from "../parts/fetch.ts";
import type { Arch } from "../parts/manifest.ts";
import type { UnitTexts, WantedPart } from "./plan.ts";

/** What ships with the app. */
export type Resources = {
  version: string;
  /** The agent's one file. */
  agentBundle: string;
  /** The folder with the unit files. */
  folder: string;
  /** Where fetched parts are kept. */
  cacheDir: string;
};

const words = { node: "Node", caddy: "Caddy", buildx: "buildx" };

/** Every program that a server of that kind of processor needs, fetched to this computer and checked. */
export async function wantedParts(resources: Resources, arch: Arch, signal?: AbortSignal): Promise<WantedPart[]> {
  const fetched = async (name: "node" | "caddy" | "buildx", file: string): Promise<WantedPart> => {
    try {
      return { name, file, ...(await fetchPart(name, arch, { cacheDir: resources.cacheDir, signal })) };
    } catch (error) {
      signal?.throwIfAborted();
      throw fail("PART_UNAVAILABLE", { part: words[name], why: plain(error) }, { cause: error });
    }
  };
  return [await fetched("node", "node"), await agentPart(resources), await fetched("caddy", "caddy"), await fetched("buildx", "docker-buildx")];
}

export async function agentPart({ agentBundle, version }: Resources): Promise<WantedPart> {
  try {
    const sha256 = createHash("sha256").update(await readFile(agentBundle)).digest("hex");
    return { name: "agent", file: "agent.mjs", version, sha256, path: agentBundle };
  } catch (error) {
    throw fail("PART_UNAVAILABLE", { part: "The agent", why: plain(error) }, { cause: error });
  }
}

export async function unitTemplates({ folder }: Resources): Promise<UnitTexts> {
  const read = (name: string) => readFile(join(folder, name), "utf8");
  return { agent: await read("aeroplane-agent.service"), caddy: await read("aeroplane-caddy.service") };
}

function plain(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}
