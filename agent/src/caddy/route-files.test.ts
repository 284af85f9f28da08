import { mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createRouteFiles } from "./route-files.ts";

let root = "";
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), "aeroplane-routes-"))));
afterEach(() => rm(root, { recursive: true, force: true }));

test("what a crash left on its way to its name is swept, and what has its name stays", async () => {
  const files = createRouteFiles(root);
  await files.prepare();
  await files.pointTarget("a", { type: "stopped" });
  await files.pointHost("one.test", "a");
  await symlink("../targets/gone", join(root, "services/.a"));
  await symlink("../services/a", join(root, "hosts/.two.test"));
  await writeFile(join(root, "slots/.0"), "half");
  // The same again changes no link, so nothing would come past the half one.
  await files.pointTarget("a", { type: "stopped" });
  await files.sweepHalves();
  expect([await readdir(join(root, "services")), await readdir(join(root, "hosts")), await readdir(join(root, "slots"))]).toEqual([["a"], ["one.test"], []]);
  expect(await files.targetOf("a")).toEqual({ type: "stopped" });
});
