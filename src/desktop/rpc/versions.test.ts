import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/** Both ends of every wire speak oRPC's own format, which only equal versions promise to keep. */
test("every part of oRPC has one and the same exact version", () => {
  const root = join(import.meta.dirname, "../../..");
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as { packages: Record<string, { version?: string; dependencies?: Record<string, string> }> };
  const installed = Object.entries(packages).filter(([path]) => path.includes("node_modules/@orpc/")).map(([, { version }]) => version);
  const asked = ["", "agent"].flatMap((path) => Object.entries(packages[path]?.dependencies ?? {}).filter(([name]) => name.startsWith("@orpc/")).map(([, version]) => version));
  expect(new Set([...installed, ...asked])).toEqual(new Set([asked[0]]));
});
