import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
// What the packager itself reads with, and sets fuses with.
const packager = createRequire(createRequire(import.meta.url).resolve("app-builder-lib"));
const { load } = packager("js-yaml") as { load(text: string): Record<string, unknown> };
const { FuseV1Options } = packager("@electron/fuses") as { FuseV1Options: Record<string, string | number> };
const scheme = packager("app-builder-lib/scheme.json") as { properties: Record<string, unknown>; definitions: Record<string, { properties?: Record<string, unknown> }> };

const config = load(readFileSync(join(root, "electron-builder.yml"), "utf8"));
const fuses = config.electronFuses as Record<string, boolean>;

test("every fuse that Electron knows is decided, by both lists of them", () => {
  const electron = Object.keys(FuseV1Options).filter((name) => Number.isNaN(Number(name))).map((name) => name[0]!.toLowerCase() + name.slice(1));
  const known = Object.keys(scheme.definitions.FuseOptionsV1!.properties!);
  expect(Object.keys(fuses).toSorted()).toEqual([...new Set([...electron, ...known])].toSorted());
  expect(electron.length).toBeGreaterThan(7);
  expect(Object.values(fuses).every((value) => typeof value === "boolean")).toBe(true);
});

test("the program cannot be made to run other code, and needs no keychain for cookies that it does not have", () => {
  const { runAsNode, enableNodeOptionsEnvironmentVariable, enableNodeCliInspectArguments, onlyLoadAppFromAsar, enableEmbeddedAsarIntegrityValidation, enableCookieEncryption } = fuses;
  expect([runAsNode, enableNodeOptionsEnvironmentVariable, enableNodeCliInspectArguments, enableCookieEncryption]).toEqual([false, false, false, false]);
  expect([onlyLoadAppFromAsar, enableEmbeddedAsarIntegrityValidation]).toEqual([true, true]);
});

test("the packager knows every setting", () => {
  expect(Object.keys(config).filter((key) => !(key in scheme.properties))).toEqual([]);
});

const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Why a name cannot stand on one of the three systems; null: it can. */
function unfit(path: string): string | null {
  const odd = path.split("/").find((part) => /[<>:"\\|?*\u0000-\u001f]/.test(part) || /[. ]$/.test(part) || RESERVED.test(part));
  if (odd !== undefined) return `${path}: ${odd}`;
  return path.length > 160 ? `${path}: too long` : null;
}

test("every committed name can be checked out on Linux, macOS and Windows", () => {
  const names = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
  expect(names.length).toBeGreaterThan(1000);
  expect(names.flatMap((name) => unfit(name) ?? [])).toEqual([]);
  const lower = names.map((name) => name.normalize("NFC").toLowerCase());
  expect(names.filter((_, at) => lower.indexOf(lower[at]!) !== at)).toEqual([]);
  expect([":memory:.before-2", "a/nul.txt", "a /b", "b.", 'c"', "agent/src/main.ts", "con/x", "console.ts"].map((name) => unfit(name) !== null)).toEqual([true, true, true, true, true, false, true, false]);
});
