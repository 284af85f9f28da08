import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const script = join(import.meta.dirname, "../../scripts/pinned-node.mjs");

/** A checkout whose modules are those of its lock file. */
function checkout(home: string, name: string, version: string) {
  const folder = join(home, name);
  mkdirSync(join(folder, "scripts"), { recursive: true });
  mkdirSync(join(folder, "node_modules"));
  copyFileSync(script, join(folder, "scripts/pinned-node.mjs"));
  const lock = JSON.stringify({ packages: { "node_modules/a": { version } } });
  writeFileSync(join(folder, "package-lock.json"), lock);
  writeFileSync(join(folder, "node_modules/.package-lock.json"), lock);
  const marker = join(folder, "node_modules/.aeroplane-lock");
  const ensure = () => execFileSync(process.execPath, ["--input-type=module", "-e", `(await import(${JSON.stringify(join(folder, "scripts/pinned-node.mjs"))})).ensureDependencies()`], { encoding: "utf8" });
  return { folder, marker, ensure, hash: createHash("sha256").update(lock).digest("hex") };
}

test("what one checkout says of its modules says nothing of another that they were linked from, and installs nothing", () => {
  const home = mkdtempSync(join(tmpdir(), "aeroplane-linked-"));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const [one, two] = [checkout(home, "one", "1.0.0"), checkout(home, "two", "2.0.0")];
  const said = [one.ensure()];
  linkSync(one.marker, two.marker);
  said.push(two.ensure(), one.ensure());
  expect(said).toEqual(["", "", ""]);
  expect([readFileSync(one.marker, "utf8").trim(), readFileSync(two.marker, "utf8").trim()]).toEqual([one.hash, two.hash]);
  expect(readdirSync(join(two.folder, "node_modules")).toSorted()).toEqual([".aeroplane-lock", ".package-lock.json"]);
});
