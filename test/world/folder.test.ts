import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { reapFolders } from "./folder.ts";
import { ownerOf } from "./owner.ts";
import { putWhole } from "./put-whole.ts";

function place() {
  const home = mkdtempSync(join(tmpdir(), "aeroplane-claims-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

test("claims that are not whole yet are left alone, and those of folders that are gone are removed", async () => {
  const claims = place();
  const owner = ownerOf(spawnSync("true").pid);
  writeFileSync(join(claims, "empty"), "");
  writeFileSync(join(claims, "half"), `{"owner":"${owner}`);
  writeFileSync(join(claims, "gone"), JSON.stringify({ owner, folder: join(claims, "nowhere") }));
  await reapFolders(claims);
  expect(readdirSync(claims).sort()).toEqual(["empty", "half"]);
});

test("a dead owner's folder goes with its claim", async () => {
  const [claims, folder] = [place(), place()];
  await putWhole(join(claims, "dead"), JSON.stringify({ owner: ownerOf(spawnSync("true").pid), folder }));
  await reapFolders(claims);
  expect([existsSync(folder), readdirSync(claims)]).toEqual([false, []]);
});

test("what is put whole replaces what was there and leaves nothing beside it", async () => {
  const home = place();
  await putWhole(join(home, "owner"), "one");
  await putWhole(join(home, "owner"), "two");
  expect([readdirSync(home), readFileSync(join(home, "owner"), "utf8")]).toEqual([["owner"], "two"]);
});
