import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { dataPaths } from "../config/paths.ts";
import { removeData } from "./purge.ts";

test("the store goes last of all that is removed: cut off anywhere, purging can be asked for again", () => {
  const folder = mkdtempSync(join(tmpdir(), "aeroplane-purge-"));
  const { key, sites, store } = dataPaths(folder);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(sites, "01a2"), { recursive: true });
  for (const path of [key, store, `${store}.before-4`, join(folder, "zz")]) writeFileSync(path, "x");
  const real = fs.rmSync;
  const seen: [string, boolean][] = [];
  fs.rmSync = (path, options) => {
    seen.push([basename(String(path)), existsSync(store)]);
    real(path, options);
  };
  syncBuiltinESMExports();
  try {
    removeData(folder);
  } finally {
    fs.rmSync = real;
    syncBuiltinESMExports();
  }
  expect(seen.every(([, isThere]) => isThere)).toBe(true);
  expect([seen.length, seen.at(-1)![0], existsSync(folder)]).toEqual([5, basename(folder), false]);
});
