import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { spool } from "../raw/spool.ts";
import type { OpenSource } from "../raw/purposes.ts";
import { markFile, openTaken } from "./file-source.ts";
import { openFolders } from "./files.fixture.ts";
import { halfOf } from "./half.ts";
import { manifest } from "./manifest.ts";
import { openArchive } from "./tar-source.ts";

let folders: ReturnType<typeof openFolders>;
beforeEach(() => {
  folders = openFolders();
  mkdirSync(folders.volume);
});
afterEach(() => folders.close());

const MANIFEST = "manifest";
const at = (...names: string[]) => join(folders.volume, ...names);

async function archive(path = "", name = "data") {
  const file = join(folders.base, MANIFEST);
  let size = 0;
  await spool(file, manifest(folders.volume, path, name, (bytes) => void (size = bytes)), 1024 ** 3);
  return { size, open: () => openArchive(file, { folder: folders.volume, path, name }) };
}

/** Everything from an offset on, in pieces of odd lengths. */
async function readAll(source: OpenSource, size: number, from = 0): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (let read = from; read < size; ) {
    const part = await source.read(read, Math.min(10_007, size - read));
    expect(part.length).toBeGreaterThan(0);
    parts.push(Buffer.from(part));
    read += part.length;
  }
  await source.close();
  return Buffer.concat(parts);
}
const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

test("a folder comes as a tar that is as long as was said, and holds what the folder holds", async () => {
  mkdirSync(at("deep/er"), { recursive: true });
  mkdirSync(at("empty"));
  writeFileSync(at("deep/er/file"), Buffer.alloc(70_000, "a"));
  writeFileSync(at("none"), "");
  writeFileSync(at("record"), Buffer.alloc(512, "r"));
  writeFileSync(at("ünï ✈"), "unicode");
  mkdirSync(at("l".repeat(200)));
  writeFileSync(at("l".repeat(200), "m".repeat(200)), "long");
  writeFileSync(Buffer.concat([Buffer.from(at("b")), Buffer.from([0xff])]), "bytes");
  symlinkSync("/etc/passwd", at("link"));
  symlinkSync(`${"n".repeat(150)}/x`, at("long-link"));
  execFileSync("mkfifo", [at("pipe")]);
  chmodSync(at("record"), 0o640);
  const { size, open } = await archive();
  const bytes = await readAll(await open(), size);
  expect([bytes.length, bytes.length % 512]).toEqual([size, 0]);
  const to = join(folders.base, "to");
  mkdirSync(to);
  writeFileSync(join(folders.base, "all.tar"), bytes);
  execFileSync("tar", ["-xf", join(folders.base, "all.tar"), "-C", to], { env: { ...process.env, LC_ALL: "C.UTF-8" } });
  const inTar = (...names: string[]) => join(to, "data", ...names);
  expect(readdirSync(inTar()).toSorted()).toEqual(readdirSync(at()).filter((name) => name !== "pipe").toSorted());
  for (const name of ["deep/er/file", "none", "record", "ünï ✈", `${"l".repeat(200)}/${"m".repeat(200)}`]) expect(hash(readFileSync(inTar(name))), name).toBe(hash(readFileSync(at(name))));
  expect(readFileSync(Buffer.concat([Buffer.from(inTar("b")), Buffer.from([0xff])]), "utf8")).toBe("bytes");
  expect([readlinkSync(inTar("link")), readlinkSync(inTar("long-link"))]).toEqual(["/etc/passwd", `${"n".repeat(150)}/x`]);
  expect(statSync(inTar("record")).mode & 0o777).toBe(0o640);
  expect(Math.floor(statSync(inTar("record")).mtimeMs / 1000)).toBe(Math.floor(statSync(at("record")).mtimeMs / 1000));
  // A broken connection goes on anywhere.
  for (const from of [1, 511, 512, 5_000, size - 1500, size - 1]) expect(hash(await readAll(await open(), size, from)), `from ${from}`).toBe(hash(bytes.subarray(from)));
});

test("hundreds of files are found from any offset on", async () => {
  for (let one = 0; one < 300; one += 1) writeFileSync(at(`file-${one}`), `${one}`);
  const { size, open } = await archive();
  const bytes = await readAll(await open(), size);
  const source = await open();
  for (const from of [size - 600, 100_000, 3, 200_000, 65_536]) {
    const part = await source.read(from, 512);
    expect(hash(part)).toBe(hash(bytes.subarray(from, from + part.length)));
  }
  await source.close();
});

test("a file of more than 8 GiB has its size in the tar", async () => {
  writeFileSync(at("large"), "");
  truncateSync(at("large"), 9 * 1024 ** 3);
  const { size, open } = await archive();
  expect(size).toBe(512 + 512 + 9 * 1024 ** 3 + 1024);
  const source = await open();
  writeFileSync(join(folders.base, "head.tar"), Buffer.from(await source.read(512, 512)));
  await source.close();
  expect(execFileSync("sh", ["-c", 'tar -tvf "$1" 2>/dev/null || true', "sh", join(folders.base, "head.tar")], { encoding: "utf8" })).toContain(` ${9 * 1024 ** 3} `);
});

const changes: Record<string, (file: string) => void> = {
  "was written to": (file) => writeFileSync(file, "other bytes, as many".padEnd(30_000)),
  "was written to with as many bytes": (file) => writeFileSync(file, Buffer.alloc(200_000, "z")),
  "grew": (file) => writeFileSync(file, "more", { flag: "a" }),
  "has gone": (file) => rmSync(file),
  "became a link": (file) => {
    rmSync(file);
    symlinkSync("/etc/passwd", file);
  },
};

test.each(Object.entries(changes))("a file that %s while it is taken is never mixed, alone and in a tar", async (_, change) => {
  const codes = (work: Promise<unknown>) => work.then(() => "whole", (error: { problem?: { code: string } }) => error.problem?.code ?? String(error));
  const file = at("file");
  writeFileSync(file, Buffer.alloc(200_000, "a"));
  const { mark, size } = await markFile(folders.volume, "file");
  const alone = await openTaken({ folder: folders.volume, path: "file", mark });
  const { size: all, open } = await archive();
  const packed = await open();
  expect([hash(await alone.read(0, 1000)), (await packed.read(1024, 1000)).length]).toEqual([hash(Buffer.alloc(1000, "a")), 1000]);
  change(file);
  // One that has gone or has another in its place is whole in the hands of who held it; whoever comes anew is told.
  expect(await codes(openTaken({ folder: folders.volume, path: "file", mark }).then((source) => readAll(source, size)))).not.toBe("whole");
  expect(await codes(readAll(packed, all, 1024 + 1000))).toBe("VOLUME_FILE_CHANGED");
  // Presented again, the ticket says why.
  await expect(open()).rejects.toMatchObject({ problem: { code: "VOLUME_FILE_CHANGED" } });
  await alone.close();
});

test("a folder that gets another entry after it was looked at is no longer what was asked for", async () => {
  mkdirSync(at("in"));
  writeFileSync(at("in/one"), "1");
  const { size, open } = await archive("in", "in");
  writeFileSync(at("in/two"), "2");
  await expect(readAll(await open(), size)).rejects.toMatchObject({ problem: { code: "VOLUME_FILE_CHANGED", message: "in was changed while it was taken, so what came of it is not whole." } });
});

test("folders without an end in each other are refused, and cost no open file each", async () => {
  mkdirSync(at(Array.from({ length: 201 }, () => "d").join("/")), { recursive: true });
  await expect(archive()).rejects.toMatchObject({ problem: { code: "VOLUME_FOLDER_TOO_LARGE", message: "This volume holds more than 200 folders in each other." } });
});

test("entries are counted as their names are read, and those that come now are none", async () => {
  for (let one = 0; one < 6; one += 1) mkdirSync(at(`folder-${one}`));
  writeFileSync(at(halfOf("01a20000-0000-7000-8000-000000000001").toString()), "half");
  const lines = async (most: number) => {
    const told: string[] = [];
    const end = (async () => {
      for await (const line of manifest(folders.volume, "", "data", () => {}, undefined, most)) told.push(line);
    })();
    return [await end.then(() => "all", ({ problem }: { problem: { code: string } }) => problem.code), told.length];
  };
  // The volume's own folder, and the end.
  expect([await lines(6), await lines(5)]).toEqual([["all", 8], ["VOLUME_FOLDER_TOO_LARGE", 1]]);
});
