import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { WantedPart } from "../bootstrap/plan.ts";
import { dropUnused, keepParts, keptIn } from "./kept.ts";
import { localPlaces } from "./places.ts";
import { commandOf } from "./process.ts";

const home = mkdtempSync(join(tmpdir(), "aeroplane-kept-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const folder = (name: string) => mkdtempSync(join(home, `${name}-`));
const digest = (data: Buffer) => createHash("sha256").update(data).digest("hex");
const files = { node: "node", agent: "agent.mjs", caddy: "caddy", buildx: "docker-buildx" };

/** As they lie in the mount of an AppImage, or in a cache: all in folders that may vanish. */
function partsIn(cache: string, version = "1.0.0"): WantedPart[] {
  return (Object.keys(files) as WantedPart["name"][]).map((name) => {
    const path = join(cache, `${name}-${version}`);
    writeFileSync(path, `${name} ${version}`);
    return { name, file: files[name], version, sha256: digest(readFileSync(path)), path, ...(name === "agent" ? {} : { pin: `${name}-${version}` }) };
  });
}

test("what this machine's agent runs from, and what it starts, lies in its own place of parts", async () => {
  const places = localPlaces({ root: false, systemd: false, env: { AEROPLANE_LOCAL_DIR: folder("local") }, home, login: "me" });
  const cache = folder("cache");
  const command = commandOf(places, await keepParts(places.parts, partsIn(cache)));
  const paths = command.filter((word) => word.startsWith("/") && word !== places.data && word !== places.socket);
  expect([paths.length, paths.filter((path) => !path.startsWith(`${places.parts}/`)), command.filter((word) => word.includes(cache))]).toEqual([4, [], []]);
  expect(paths.every((path) => existsSync(path))).toBe(true);
});

test("a cache that was cleared, and an app that has moved, break no restart and fetch nothing again", async () => {
  const [parts, cache] = [folder("parts"), folder("cache")];
  const before = await keepParts(parts, partsIn(cache));
  rmSync(cache, { recursive: true });
  expect(before.map(({ path }) => existsSync(path))).toEqual([true, true, true, true]);
  const kept = keptIn(parts);
  const found = await Promise.all((["node", "caddy", "buildx"] as const).map((name) => kept(name, `${name}-1.0.0`)));
  expect(found.map((part) => part?.path)).toEqual(["node", "caddy", "buildx"].map((name) => before.find((part) => part.name === name)!.path));
  expect(await kept("caddy", "caddy-1.0.1")).toBeUndefined();
  // Kept from what was kept: the same places, and nothing is copied.
  const again = before.map((part) => ({ ...part, ...found.find((one) => one?.path === part.path) }));
  expect((await keepParts(parts, again)).map(({ path }) => path)).toEqual(before.map(({ path }) => path));
});

test("a copy that is not what was checked is refused and leaves nothing; one that was damaged later is made anew", async () => {
  const [parts, cache] = [folder("parts"), folder("cache")];
  const wanted = partsIn(cache);
  const node = wanted[0]!;
  await expect(keepParts(parts, [{ ...node, sha256: "0".repeat(64) }])).rejects.toThrow(/has the sha256 .* instead of 0{64}/);
  expect(readdirSync(parts)).toEqual([]);
  const [kept] = await keepParts(parts, [node]);
  writeFileSync(kept!.path, "something else");
  expect(await keptIn(parts)("node", node.pin!)).toBeUndefined();
  await keepParts(parts, [node]);
  expect([readFileSync(kept!.path, "utf8"), readdirSync(parts).length]).toEqual(["node 1.0.0", 1]);
});

test("old parts go, but not while something runs from them", async () => {
  const [parts, cache] = [folder("parts"), folder("cache")];
  const sleep = join(cache, "sleep");
  copyFileSync("/bin/sleep", sleep);
  const old = partsIn(cache).map((part) => (part.name === "caddy" ? { ...part, path: sleep, sha256: digest(readFileSync(sleep)) } : part));
  const before = await keepParts(parts, old);
  const child = spawn(before.find(({ name }) => name === "caddy")!.path, ["60"], { stdio: "ignore" });
  try {
    await once(child, "spawn");
    const now = await keepParts(parts, partsIn(cache, "2.0.0"));
    await dropUnused(parts, now);
    const left = () => readdirSync(parts).map((entry) => entry.split("-").slice(0, 2).join(" ")).sort();
    expect(left()).toEqual(["agent 2.0.0", "buildx 2.0.0", "caddy 1.0.0", "caddy 2.0.0", "node 2.0.0"]);
    child.kill("SIGKILL");
    await once(child, "exit");
    await dropUnused(parts, now);
    expect(left()).toEqual(["agent 2.0.0", "buildx 2.0.0", "caddy 2.0.0", "node 2.0.0"]);
  } finally {
    child.kill("SIGKILL");
  }
});
