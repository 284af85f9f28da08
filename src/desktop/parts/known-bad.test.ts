import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isBefore, isCovered as covers, OLDEST_BUILDX, OLDEST_CADDY } from "@aeroplane/agent/contract";
import { expect, test } from "vitest";
import { builtCaddies } from "../../../test/world/caddy.ts";
import { knownBad, type KnownBad } from "./known-bad.ts";
import { manifest } from "./manifest.ts";

/** A version that something of ours names, and where it does. */
type Pin = { part: string; version: string; where: string };

const lock = JSON.parse(readFileSync(join(import.meta.dirname, "../../../package-lock.json"), "utf8")) as {
  packages: Record<string, { version?: string; name?: string }>;
};
const locked: Pin[] = Object.entries(lock.packages).flatMap(([path, { version, name }]) => {
  const part = name ?? path.split("node_modules/").at(-1)!;
  if (!version || !path.includes("node_modules/")) return [];
  // The packages that hold nothing but Node itself.
  return [{ part: /^node-linux-(x64|arm64)$/.test(part) ? "node" : part, version, where: `package-lock.json, ${path}` }];
});
const pins: Pin[] = [
  ...locked,
  ...(["caddy", "buildx"] as const).map((part) => ({ part, version: manifest[part].version, where: "src/desktop/parts/manifest.ts" })),
  ...Object.entries(manifest.node.version).map(([arch, version]) => ({ part: "node", version, where: `src/desktop/parts/manifest.ts, ${arch}` })),
  ...builtCaddies.map((version) => ({ part: "caddy", version, where: "test/world/caddy.ts" })),
];

function complaints(list: readonly KnownBad[], found: readonly Pin[]): string[] {
  return found.flatMap((pin) =>
    list
      .filter((bad) => bad.accepted === undefined && covers(bad, pin))
      .map(({ advisory, what, fixedIn }) => `${pin.part} ${pin.version} (${pin.where}) is known to be bad: ${advisory}: ${what}. Fixed in ${fixedIn}.`),
  );
}

test("nothing that is pinned is known to be bad", () => {
  expect(complaints(knownBad, pins)).toEqual([]);
});

test("what would be taken from an archive is not older than what is known to be bad for how it is used here", () => {
  const refused = (part: string, oldest: string) => knownBad.filter((bad) => bad.part === part && bad.from === undefined && bad.accepted === undefined && isBefore(oldest, bad.fixedIn)).map(({ fixedIn }) => fixedIn);
  expect({
    caddy: [manifest.caddy.atLeast, isBefore("2.11.2", OLDEST_CADDY)],
    buildx: [manifest.buildx.atLeast, refused("buildx", OLDEST_BUILDX)],
    // 2.11.3 keeps what needs a rewrite by a header or a body placeholder, of which the configuration has neither.
    later: refused("caddy", OLDEST_CADDY),
  }).toEqual({ caddy: [OLDEST_CADDY, true], buildx: [OLDEST_BUILDX, []], later: ["2.11.4"] });
});

test("a bad pin is told in a sentence, with where it stands and what mends it", () => {
  const bad: KnownBad = { part: "ws", from: "8.0.0", fixedIn: "8.21.0", advisory: "GHSA-x", date: "2026-06-01", what: "a peer ends the process" };
  const at = (version: string): Pin => ({ part: "ws", version, where: "package-lock.json, node_modules/ws" });
  expect([complaints([bad], [at("8.20.9")]), complaints([bad], [at("7.9.0"), at("8.21.0"), at("8.23.0")]), complaints([{ ...bad, accepted: "why" }], [at("8.20.9")])]).toEqual([
    ["ws 8.20.9 (package-lock.json, node_modules/ws) is known to be bad: GHSA-x: a peer ends the process. Fixed in 8.21.0."],
    [],
    [],
  ]);
});

test("the list is about what is used, and what is accepted is still there", () => {
  const of = (part: string) => pins.filter((pin) => pin.part === part);
  expect(knownBad.filter(({ part }) => of(part).length === 0).map(({ part }) => part)).toEqual([]);
  expect(knownBad.filter((bad) => bad.accepted !== undefined && !of(bad.part).some((pin) => covers(bad, pin))).map(({ advisory }) => advisory)).toEqual([]);
  expect(knownBad.filter(({ date }) => Number.isNaN(Date.parse(date)) || Date.parse(date) > Date.now()).map(({ advisory }) => advisory)).toEqual([]);
});
