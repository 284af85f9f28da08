import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { dataPaths } from "../config/paths.ts";
import { openCore } from "../core.ts";
import { makeKey } from "../secrets/key.ts";
import { instanceId, openStore, refuseLostStore } from "./index.ts";

function place() {
  const folder = mkdtempSync(join(tmpdir(), "aeroplane-lost-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return dataPaths(folder);
}

const codeOf = (act: () => unknown): string | null => {
  try {
    act();
    return null;
  } catch (error) {
    return (error as { problem?: { code: string } }).problem?.code ?? String(error);
  }
};

test("a store that is gone is not made anew where something shows that there was one", () => {
  const left: Record<string, (paths: ReturnType<typeof place>) => void> = {
    "the key": ({ key }) => void makeKey(key),
    "an earlier store": ({ store }) => writeFileSync(`${store}.before-4`, "x"),
    "a site": ({ sites }) => void mkdirSync(join(sites, "01a2"), { recursive: true }),
    "the key, beside an empty store": ({ key, store }) => (makeKey(key), writeFileSync(store, "")),
    "the key, with the store's log": ({ key, store }) => (makeKey(key), writeFileSync(`${store}-wal`, "x")),
  };
  for (const [what, leave] of Object.entries(left)) {
    const paths = place();
    leave(paths);
    const before = readdirSync(paths.dataDir).sort();
    for (const trial of [true, false]) {
      expect([what, trial, codeOf(() => openCore({ dataDir: paths.dataDir } as never, { trial }))]).toEqual([what, trial, "STORE_MISSING"]);
    }
    expect(before.every((name) => existsSync(join(paths.dataDir, name)))).toBe(true);
    expect(existsSync(paths.store) ? readdirSync(paths.dataDir).includes("store.db-shm") : false).toBe(false);
  }
});

test("a first start, and one that was cut off before the key, go on", () => {
  const paths = place();
  expect(codeOf(() => refuseLostStore(paths))).toBeNull();
  writeFileSync(paths.store, "");
  expect(codeOf(() => refuseLostStore(paths))).toBeNull();
  openStore(paths.store).close();
  makeKey(paths.key);
  expect(codeOf(() => refuseLostStore(paths))).toBeNull();
});

test("a store with projects that lacks its id is not given another one", () => {
  const db = openStore(":memory:");
  const first = instanceId(db);
  db.exec("DELETE FROM meta WHERE key = 'instanceId'");
  expect(instanceId(db)).not.toBe(first);
  db.exec("DELETE FROM meta WHERE key = 'instanceId'; INSERT INTO project (id, name, createdAt) VALUES ('01a20000-0000-7000-8000-000000000001', 'Shop', 1)");
  expect(codeOf(() => instanceId(db))).toBe("INSTANCE_ID_MISSING");
});
