// Node's own program, which comes with our dependencies (npm has checked it against package-lock.json).
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Arch } from "./manifest.ts";

export function installedNode(arch: Arch): string | undefined {
  try {
    const path = join(
      dirname(createRequire(import.meta.url).resolve(`node-linux-${arch}/package.json`)),
      "bin",
      "node",
    );
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
