import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readText } from "../../src/desktop/config/file.ts";
import { withLock } from "../../src/desktop/config/lock.ts";
import { agentBundle, inRoot, renderer, root } from "./places.ts";

export type Product = "agent" | "renderer" | "electron";

const recipes: Record<Product, { sources: string[]; product: string; build: () => Promise<unknown> }> = {
  agent: { sources: ["agent/src", "agent/contract", "scripts/build-agent.mjs"], product: agentBundle, build: buildAgent },
  renderer: { sources: ["src/renderer", "src/contract", "agent/contract"], product: join(renderer, "index.html"), build: buildRenderer },
  electron: { sources: ["src", "agent/contract", "electron.vite.config.ts"], product: inRoot("out/main/index.js"), build: buildElectron },
};

/** Builds what is missing or older than its sources; a second start at the same moment waits for the first. */
export async function bringUpToDate(products: readonly Product[]): Promise<void> {
  const marks = inRoot(".cache/built");
  await mkdir(marks, { recursive: true });
  await withLock(join(marks, "build"), async () => {
    for (const name of products) {
      const { sources, product, build } = recipes[name];
      const mark = join(marks, name);
      const state = await stateOf([...sources, "package-lock.json"]);
      if (existsSync(product) && (await readText(mark)) === state) continue;
      process.stdout.write(`Building the ${name === "electron" ? "app" : name}\n`);
      await build();
      await writeFile(mark, state);
    }
  });
}

/** Names, sizes and times of all sources: cheap, and different whenever one of them was saved. */
async function stateOf(paths: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  const files = (await Promise.all(paths.map((path) => filesUnder(path)))).flat().sort();
  for (const file of files) {
    const { size, mtimeMs } = await stat(join(root, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

async function filesUnder(path: string): Promise<string[]> {
  if (!(await stat(join(root, path))).isDirectory()) return [path];
  const entries = await readdir(join(root, path), { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

async function buildAgent(): Promise<void> {
  const { buildAgent: build } = await import("../build-agent.mjs");
  await build({ outfile: agentBundle });
}

async function buildRenderer(): Promise<void> {
  const { build } = await import("vite");
  const { rendererConfig } = await import("../../src/renderer/vite.config.ts");
  await build({ ...rendererConfig, configFile: false, logLevel: "warn" });
}

async function buildElectron(): Promise<void> {
  const { build } = await import("electron-vite");
  await build({ root, configFile: inRoot("electron.vite.config.ts"), logLevel: "warn" });
}
