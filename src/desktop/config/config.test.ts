import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createServersFile, type KeptServer } from "../servers/file.ts";
import { writeWhole } from "./file.ts";
import { cacheFolder, configFolder } from "./folder.ts";
import { withLock } from "./lock.ts";

const folder = mkdtempSync(join(tmpdir(), "config-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("folders follow the platform's rule", () => {
  const on = (platform: NodeJS.Platform, env: NodeJS.ProcessEnv = {}) => [configFolder({ platform, env, home: "/home/me" }), cacheFolder({ platform, env, home: "/home/me" })];
  expect({
    linux: on("linux"),
    xdg: on("linux", { XDG_CONFIG_HOME: "/c", XDG_CACHE_HOME: "relative" }),
    mac: on("darwin"),
    windows: on("win32", { APPDATA: "/roaming", LOCALAPPDATA: "/local" }),
    tests: on("linux", { AEROPLANE_CONFIG_DIR: "/x", AEROPLANE_CACHE_DIR: "/y" }),
  }).toEqual({
    linux: ["/home/me/.config/aeroplane", "/home/me/.cache/aeroplane"],
    xdg: ["/c/aeroplane", "/home/me/.cache/aeroplane"],
    mac: ["/home/me/Library/Application Support/Aeroplane", "/home/me/Library/Caches/Aeroplane"],
    windows: ["/roaming/Aeroplane", "/local/Aeroplane/Cache"],
    tests: ["/x", "/y"],
  });
});

test("a file is written whole, closed to others, and leaves nothing beside it", async () => {
  const own = join(folder, "whole");
  await writeWhole(join(own, "a.json"), "one");
  await writeWhole(join(own, "a.json"), "two");
  expect([readFileSync(join(own, "a.json"), "utf8"), statSync(join(own, "a.json")).mode & 0o777, readdirSync(own)]).toEqual(["two", 0o600, ["a.json"]]);
});

test("changes take turns, and a lock whose owner died is taken over", async () => {
  const path = join(folder, "counter");
  writeFileSync(path, "0");
  // Pids end below this one; an empty lock is one whose owner died while writing it.
  writeFileSync(`${path}.lock`, `${2 ** 22 + 1} gone`);
  const add = () =>
    withLock(path, async () => {
      const before = Number(readFileSync(path, "utf8"));
      await new Promise((later) => setImmediate(later));
      writeFileSync(path, String(before + 1));
    });
  await Promise.all(Array.from({ length: 20 }, add));
  writeFileSync(`${path}.lock`, "");
  utimesSync(`${path}.lock`, 0, 0);
  await add();
  expect([readFileSync(path, "utf8"), readdirSync(folder).filter((name) => name.startsWith("counter."))]).toEqual(["21", []]);
});

test("the list survives two writers and keeps what cannot be read", async () => {
  const home = mkdtempSync(join(folder, "servers-"));
  const server = (name: string): KeptServer => ({ id: `01a20000-0000-7000-8000-00000000000${name}`, name, kind: "local", login: null, tags: [], hello: null, lastSeenAt: null });
  const [one, two] = [createServersFile(home), createServersFile(home)];
  await Promise.all([one.change((all) => [...all, server("1")]), two.change((all) => [...all, server("2")])]);
  expect((await one.read()).map(({ name }) => name).sort()).toEqual(["1", "2"]);
  writeFileSync(one.path, "{ broken");
  expect([await two.read(), readFileSync(`${one.path}.unreadable`, "utf8")]).toEqual([[], "{ broken"]);
});
