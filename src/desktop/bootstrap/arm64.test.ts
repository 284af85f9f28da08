import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { partsDir } from "../../../test/world/cache.ts";
import { programArch } from "../parts/elf.ts";
import { partFolder } from "./plan.ts";
import { wantedParts } from "./wanted.ts";

const root = join(import.meta.dirname, "../../..");

// No arm64 machine runs these tests: the real parts are fetched, and what can be known without running them is compared.
test("an arm64 server gets arm64 programs, by header and by checksum", { timeout: 300_000 }, async () => {
  mkdirSync(partsDir, { recursive: true });
  const resources = { version: "0.0.1", agentBundle: join(root, "package.json"), folder: join(root, "resources"), cacheDir: partsDir, packages: join(root, "node_modules") };
  const [arm, own] = [await wantedParts(resources, "arm64"), await wantedParts(resources, "x64")];
  const programs = arm.filter(({ name }) => name !== "agent");
  expect(await Promise.all(programs.map(async ({ name, path }) => [name, await programArch(path)]))).toEqual([
    ["node", "arm64"],
    ["caddy", "arm64"],
    ["buildx", "arm64"],
  ]);
  expect(programs.map(({ path, sha256 }) => createHash("sha256").update(readFileSync(path)).digest("hex") === sha256)).toEqual([true, true, true]);
  // Both kinds may lie side by side: a folder's name never stands for two contents.
  const folders = [...arm, ...own].filter(({ name }) => name !== "agent").map(partFolder);
  expect(new Set(folders).size).toBe(6);
  expect(await programArch(join(root, "package.json"))).toBeNull();
});
