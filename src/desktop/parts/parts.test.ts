import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chooseMirror, versionOf } from "./debian.ts";
import { fetchPart } from "./fetch.ts";
import { manifest, type Manifest, type OfficialFile } from "./manifest.ts";

const program = Buffer.from("#!/bin/sh\necho part\n");
const home = mkdtempSync(join(tmpdir(), "aeroplane-parts-"));
const archive = makeArchive("caddy");
/** As npm packs it. */
const nodePackage = makeArchive("package/bin/node");
let server: Server;
let address: string;
let requests = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    requests++;
    if (request.url === "/part") response.end(program);
    else if (request.url === "/part.tar.gz") response.end(archive);
    else if (request.url === "/node.tgz") response.end(nodePackage);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(home, { recursive: true, force: true });
});

function makeArchive(member: string): Buffer {
  const folder = mkdtempSync(join(home, "part-"));
  mkdirSync(dirname(join(folder, member)), { recursive: true });
  writeFileSync(join(folder, member), program);
  chmodSync(join(folder, member), 0o755);
  execFileSync("tar", ["-czf", join(folder, "part.tar.gz"), "-C", folder, member]);
  return readFileSync(join(folder, "part.tar.gz"));
}

const sha = (algorithm: "sha256" | "sha512", data: Buffer) =>
  createHash(algorithm).update(data).digest("hex");
const cache = () => mkdtempSync(join(home, "parts-"));

function madeOf(caddy: Partial<OfficialFile>, buildx: Partial<OfficialFile> = {}): Manifest {
  const none = { package: "aeroplane-has-no-such-package", member: "x" };
  const both = (file: OfficialFile) => ({ x64: file, arm64: file });
  return {
    ...manifest,
    caddy: {
      ...manifest.caddy,
      debian: none,
      official: both({
        url: `${address}/part.tar.gz`,
        algorithm: "sha512",
        digest: sha("sha512", archive),
        member: "caddy",
        ...caddy,
      }),
    },
    buildx: {
      ...manifest.buildx,
      debian: none,
      official: both({
        url: `${address}/part`,
        algorithm: "sha256",
        digest: sha("sha256", program),
        ...buildx,
      }),
    },
  };
}

function nodeOf(file: Partial<OfficialFile>): Manifest {
  const official: OfficialFile = { url: `${address}/node.tgz`, algorithm: "sha512", digest: sha("sha512", nodePackage), bytes: nodePackage.length, member: "package/bin/node", ...file };
  return { ...manifest, node: { ...manifest.node, official: { x64: official, arm64: official } } };
}

test("a part comes from its maker once and from the cache afterwards", async () => {
  const options = { cacheDir: cache(), manifest: madeOf({}) };
  const before = requests;
  const [first, second] = [
    await fetchPart("caddy", "x64", options),
    await fetchPart("caddy", "x64", options),
  ];
  const buildx = await fetchPart("buildx", "x64", options);
  expect({
    same: first.path === second.path,
    version: first.version,
    sha256: first.sha256,
    requests: requests - before,
    runs: execFileSync(first.path).toString(),
    buildx: buildx.sha256,
  }).toEqual({
    same: true,
    version: manifest.caddy.version,
    sha256: sha("sha256", program),
    requests: 2,
    runs: "part\n",
    buildx: sha("sha256", program),
  });
});

test("a file that is not the pinned one is refused and leaves nothing behind", async () => {
  const options = { cacheDir: cache(), manifest: madeOf({}, { digest: "0".repeat(64) }) };
  await expect(fetchPart("buildx", "x64", options)).rejects.toThrow(
    `instead of the pinned ${"0".repeat(64)}`,
  );
  expect(readdirSync(options.cacheDir)).toEqual([]);
});

test("a changed program in the cache is brought again", async () => {
  const options = { cacheDir: cache(), manifest: madeOf({}) };
  const first = await fetchPart("buildx", "x64", options);
  writeFileSync(first.path, "something else");
  expect(await fetchPart("buildx", "x64", options)).toEqual(first);
  expect(readFileSync(first.path)).toEqual(program);
});

test("two calls at once agree on one copy", async () => {
  const options = { cacheDir: cache(), manifest: madeOf({}) };
  const [one, two] = await Promise.all([
    fetchPart("buildx", "x64", options),
    fetchPart("buildx", "x64", options),
  ]);
  expect(one).toEqual(two);
  expect(readdirSync(options.cacheDir)).toHaveLength(1);
});

test("a cancelled call does not ask another source", async () => {
  const stop = new AbortController();
  stop.abort(new Error("enough"));
  await expect(
    fetchPart("buildx", "x64", { cacheDir: cache(), manifest: madeOf({}), signal: stop.signal }),
  ).rejects.toThrow("enough");
});

test("an address out of reach names both sources", async () => {
  const options = { cacheDir: cache(), manifest: madeOf({}, { url: `${address}/gone` }) };
  await expect(fetchPart("buildx", "x64", options)).rejects.toThrow(
    /\/gone answered 404\. Debian's archive did not help either: /,
  );
});

test("apt's own list names the mirror", () => {
  const targets =
    "http://mirror/security/ trixie-security\nhttp://mirror/debian/ trixie\nhttp://mirror/debian/ trixie-updates\n";
  expect([
    chooseMirror(targets, "trixie"),
    chooseMirror("http://elsewhere/ nodistro", "trixie"),
    versionOf("caddy_2%3a2.11.4-1_amd64.deb"),
  ]).toEqual(["http://mirror/debian/", undefined, "2:2.11.4-1"]);
});

const arch = process.arch === "arm64" ? "arm64" : "x64";
const checkout = join(import.meta.dirname, "../../..");

test("Node is the pinned one among the packages of a checkout that is stated, and of no other version", async () => {
  const packages = join(checkout, "node_modules");
  const node = await fetchPart("node", arch, { cacheDir: cache(), packages });
  expect(execFileSync(node.path, ["--version"]).toString()).toBe(`v${manifest.node.version[arch]}\n`);
  const other = { ...nodeOf({}), node: { ...nodeOf({}).node, version: { x64: "24.0.0", arm64: "24.0.0" } } };
  expect((await fetchPart("node", arch, { cacheDir: cache(), packages, manifest: other })).path).not.toContain("node_modules");
});

test("outside of a checkout Node comes from its pinned address, and needs neither npm nor a lock file", async () => {
  const programs = mkdtempSync(join(home, "programs-"));
  for (const name of ["tar", "gzip"]) symlinkSync(execFileSync("sh", ["-c", `command -v ${name}`]).toString().trim(), join(programs, name));
  const path = process.env.PATH;
  process.env.PATH = programs;
  try {
    const both = await Promise.all((["x64", "arm64"] as const).map((each) => fetchPart("node", each, { cacheDir: cache(), manifest: nodeOf({}) })));
    expect(both.map(({ path: at, version, sha256 }) => [readFileSync(at).equals(program), version, sha256])).toEqual(
      (["x64", "arm64"] as const).map((each) => [true, manifest.node.version[each], sha("sha256", program)]),
    );
  } finally {
    process.env.PATH = path;
  }
});

test("a Node that is not the pinned one is refused, and so is a download that does not end where it should", async () => {
  const cacheDir = cache();
  await expect(fetchPart("node", arch, { cacheDir, manifest: nodeOf({ digest: "0".repeat(128) }) })).rejects.toThrow(`instead of the pinned ${"0".repeat(128)}`);
  await expect(fetchPart("node", arch, { cacheDir, manifest: nodeOf({ bytes: 10 }) })).rejects.toThrow("/node.tgz has more than 10 bytes.");
  expect(readdirSync(cacheDir)).toEqual([]);
});

test("Node's digests are the ones of package-lock.json", () => {
  const { packages } = JSON.parse(readFileSync(join(checkout, "package-lock.json"), "utf8")) as { packages: Record<string, { version?: string; integrity?: string }> };
  for (const each of ["x64", "arm64"] as const) {
    const { version, integrity } = packages[`node_modules/node-linux-${each}`]!;
    const { url, digest, algorithm } = manifest.node.official[each];
    expect([manifest.node.version[each], `${algorithm}-${Buffer.from(digest, "hex").toString("base64")}`]).toEqual([version, integrity]);
    expect(url).toBe(`https://registry.npmjs.org/node-linux-${each}/-/node-linux-${each}-${version}.tgz`);
  }
});
