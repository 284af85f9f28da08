import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
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
  for (const text of ["{ broken", "", '{"version":2,"servers":[]}']) {
    writeFileSync(one.path, text);
    for (const act of [() => two.read(), () => two.change((all) => [...all, server("3")])]) await expect(act()).rejects.toMatchObject({ problem: { code: "SERVERS_FILE_UNREADABLE" } });
    expect([readFileSync(one.path, "utf8"), readdirSync(home)]).toEqual([text, ["servers.json"]]);
  }
});

test("a list that is gone is not begun anew where what its servers last said is still there", async () => {
  const home = mkdtempSync(join(folder, "gone-"));
  const file = createServersFile(home);
  expect(await file.read()).toEqual([]);
  mkdirSync(join(home, "known"));
  writeFileSync(join(home, "known", "seen.json"), "{}");
  expect(await file.read()).toEqual([]);
  writeFileSync(join(home, "known", "01a20000-0000-7000-8000-000000000001.json"), "{}");
  for (const act of [() => file.read(), () => file.change((all) => all)]) await expect(act()).rejects.toMatchObject({ problem: { code: "SERVERS_FILE_MISSING" } });
  expect([existsSync(file.path), readdirSync(join(home, "known")).length]).toEqual([false, 2]);
  // Emptied by a person it is there, and empty.
  writeFileSync(file.path, JSON.stringify({ version: 1, servers: [] }));
  expect(await file.read()).toEqual([]);
});

test("one record that is not understood takes no other along, and stays in the file", async () => {
  const home = mkdtempSync(join(folder, "records-"));
  const good: KeptServer = { id: "01a20000-0000-7000-8000-000000000001", name: "good", kind: "local", login: null, tags: [], hello: null, lastSeenAt: null };
  const odd = { id: "01a20000-0000-7000-8000-000000000002", name: "of a later app", kind: "moon" };
  const file = createServersFile(home);
  writeFileSync(file.path, JSON.stringify({ version: 1, servers: [odd, good, 7] }));
  expect(await file.read()).toEqual([good]);
  await file.change((all) => all.map((server) => ({ ...server, name: "renamed" })));
  expect(JSON.parse(readFileSync(file.path, "utf8"))).toEqual({ version: 1, servers: [{ ...good, name: "renamed" }, odd, 7] });
  expect(readdirSync(home)).toEqual(["servers.json"]);
});

test("a lock whose number is another program's by now is broken when it shows no life; one that is held long is not", async () => {
  const path = join(folder, "reused");
  const times = { beat: 10, patience: 1500 };
  // The number of a program that lives, and is not its owner.
  writeFileSync(`${path}.lock`, `${process.ppid} gone`);
  const order: string[] = [];
  await withLock(path, async () => void order.push("broken"), times);
  const long = withLock(path, () => new Promise<void>((done) => setTimeout(() => (order.push("long"), done()), 2500)), times);
  await new Promise((later) => setTimeout(later, 50));
  await Promise.all([long, withLock(path, async () => void order.push("after it"), times)]);
  expect(order).toEqual(["broken", "long", "after it"]);
});
