import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fetchFromDebian, upstreamOf } from "./debian.ts";
import { fetchPart } from "./fetch.ts";
import { manifest, type OfficialFile } from "./manifest.ts";

// An archive of our own, signed with a key of our own, whose index is as old as a test wants it.
const execute = promisify(execFile);
const possible = ["apt-get", "dpkg-deb", "gpg"].every((program) => spawnSync(program, ["--version"]).status === 0) && process.arch === "x64";
const day = 86_400_000;
let home: string;
let keyring: string;

beforeAll(async () => {
  if (!possible) return;
  home = mkdtempSync(join(tmpdir(), "aeroplane-archive-"));
  keyring = join(home, "archive.gpg");
  const gnupg = join(home, "gnupg");
  mkdirSync(gnupg, { mode: 0o700 });
  await gpg(["--quick-generate-key", "--passphrase", "", "archive@example.test", "rsa2048", "sign", "never"]);
  writeFileSync(keyring, (await gpg(["--export"], "buffer")) as unknown as Buffer);
});
afterAll(async () => {
  if (!possible) return;
  spawnSync("gpgconf", ["--homedir", join(home, "gnupg"), "--kill", "gpg-agent"]);
  rmSync(home, { recursive: true, force: true });
});

async function gpg(args: string[], encoding: "utf8" | "buffer" = "utf8") {
  return (await execute("gpg", ["--homedir", join(home, "gnupg"), "--batch", "--yes", "--pinentry-mode", "loopback", ...args], { encoding: encoding as "utf8" })).stdout;
}

/** With one package, and an index that was signed so many days ago and allows itself a week, as the real one does. */
async function archive(version: string, daysAgo: number): Promise<string> {
  const root = mkdtempSync(join(home, "mirror-"));
  const tree = join(root, "tree");
  mkdirSync(join(tree, "DEBIAN"), { recursive: true });
  mkdirSync(join(tree, "usr/bin"), { recursive: true });
  writeFileSync(join(tree, "usr/bin/caddy"), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
  const about = `Package: caddy\nVersion: ${version}\nArchitecture: amd64\nMaintainer: A <a@example.test>\nDescription: x\n`;
  writeFileSync(join(tree, "DEBIAN/control"), about);
  mkdirSync(join(root, "pool"));
  const file = `pool/caddy_${version}_amd64.deb`;
  await execute("dpkg-deb", ["--root-owner-group", "--build", tree, join(root, file)]);
  const hash = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
  const index = join(root, "dists/sid/main/binary-amd64/Packages");
  mkdirSync(join(index, ".."), { recursive: true });
  writeFileSync(index, `${about}Filename: ${file}\nSize: ${statSync(join(root, file)).size}\nSHA256: ${hash(join(root, file))}\n\n`);
  const signed = Date.now() - daysAgo * day;
  const text = [
    ...["Origin: X", "Suite: unstable", "Codename: sid", `Date: ${new Date(signed).toUTCString()}`, `Valid-Until: ${new Date(signed + 7 * day).toUTCString()}`],
    ...["Architectures: amd64", "Components: main", "SHA256:", ` ${hash(index)} ${statSync(index).size} main/binary-amd64/Packages`, ""],
  ].join("\n");
  writeFileSync(join(root, "dists/sid/Release"), text);
  await gpg(["--clearsign", "--output", join(root, "dists/sid/InRelease"), join(root, "dists/sid/Release")]);
  return pathToFileURL(root).href;
}

function fetched(mirror: string): Promise<{ version: string }> {
  const folder = mkdtempSync(join(home, "folder-"));
  return fetchFromDebian({ package: "caddy", member: "usr/bin/caddy" }, { folder, name: "caddy", arch: "x64", archive: { keyring, mirror } }).then((found) => {
    expect(existsSync(join(folder, "caddy"))).toBe(true);
    return found;
  });
}

test.skipIf(!possible)("an index may be older than the week that it allows itself, and not older than 90 days", async () => {
  expect(await fetched(await archive("2.11.4-1", 0))).toEqual({ version: "2.11.4-1" });
  expect(await fetched(await archive("2.11.4-1", 80))).toEqual({ version: "2.11.4-1" });
  await expect(fetched(await archive("2.11.4-1", 100))).rejects.toThrow(/apt-get could not bring caddy: E: .*expired/);
}, 120_000);

test.skipIf(!possible)("a part that is known to be bad is not taken, however well it is signed", async () => {
  const official: OfficialFile = { url: "http://127.0.0.1:1/none", algorithm: "sha512", digest: "0" };
  const caddy = { ...manifest.caddy, official: { x64: official, arm64: official }, debian: { package: "caddy", member: "usr/bin/caddy" } };
  const cacheDir = mkdtempSync(join(home, "cache-"));
  const bring = async (version: string) => await fetchPart("caddy", "x64", { cacheDir, manifest: { ...manifest, caddy }, archive: { keyring, mirror: await archive(version, 1) } });
  await expect(bring("2.11.2-1")).rejects.toThrow("The newest caddy there is 2.11.2-1; one before 2.11.3 is not used, for known faults.");
  expect([readdirSync(cacheDir), (await bring("2.11.3-1")).version]).toEqual([[], "2.11.3-1"]);
}, 120_000);

test("the makers' number stands in the middle of Debian's", () => {
  expect(["2.11.4-1", "2:2.11.4+ds-1", "0.36.1~rc1-2+b1", "2.11.4"].map(upstreamOf)).toEqual(["2.11.4", "2.11.4", "0.36.1", "2.11.4"]);
});
