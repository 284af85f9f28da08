import { mkdirSync, writeFileSync, type BigIntStats } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bytesOfName, namesOfPath, textOfName } from "./file-names.ts";
import { openFolders } from "./files.fixture.ts";
import { halfOf, onlyHalvesGone } from "./half.ts";
import { factsOf, listFolder } from "./list.ts";

let folders: ReturnType<typeof openFolders>;
beforeEach(() => {
  folders = openFolders();
  mkdirSync(folders.volume);
});
afterEach(() => folders.close());

/** All pages of a folder, by their names. */
async function pages(limit: number): Promise<string[][]> {
  const all: string[][] = [];
  for (let after: string | undefined, more = true; more; ) {
    const page = await listFolder(folders.volume, { path: "", after, limit });
    all.push(page.entries.map(({ name }) => name));
    after = page.entries.at(-1)?.name;
    more = page.more;
  }
  return all;
}

test("a folder comes page by page, each name once and in order", async () => {
  for (let one = 0; one < 1234; one += 1) writeFileSync(join(folders.volume, `file-${one}`), "x".repeat(one % 7));
  const all = await pages(500);
  expect(all.map(({ length }) => length)).toEqual([500, 500, 234]);
  expect(all.flat()).toEqual(Array.from({ length: 1234 }, (_, one) => `file-${one}`).toSorted());
  expect((await listFolder(folders.volume, { path: "", after: "file-5", limit: 1 })).entries).toEqual([{ name: "file-50", kind: "file", bytes: 1, changedAt: expect.any(Number) }]);
  expect(await listFolder(folders.volume, { path: "", after: "zzz", limit: 1 })).toEqual({ entries: [], more: false });
});

test("every name has a text of its own, and is found by it", async () => {
  const names = [Buffer.from("plain"), Buffer.from("über 日本 🛫"), Buffer.from([0xff, 0xfe]), Buffer.from([0x61, 0xe2, 0x82]), Buffer.from("\\xff"), Buffer.from("\\x5c"), Buffer.from("back\\slash"), Buffer.from([0x5c, 0x78, 0xff]), Buffer.from("\ufeffbom"), Buffer.from("line\nfeed"), Buffer.from([0xed, 0xa0, 0x80])];
  for (const name of names) writeFileSync(Buffer.concat([Buffer.from(`${folders.volume}/`), name]), name);
  const texts = names.map(textOfName);
  expect(new Set(texts).size).toBe(names.length);
  expect(texts.slice(0, 7)).toEqual(["plain", "über 日本 🛫", "\\xff\\xfe", "a\\xe2\\x82", "\\x5cxff", "\\x5cx5c", "back\\slash"]);
  for (const [at, name] of names.entries()) expect(bytesOfName(texts[at]!).equals(name)).toBe(true);
  expect(new Set((await pages(3)).flat())).toEqual(new Set(texts));
  expect(namesOfPath("a/\\xff/c").map((name) => [...name])).toEqual([[0x61], [0xff], [0x63]]);
});

test("what comes now is not listed, what an earlier life left is", async () => {
  writeFileSync(Buffer.concat([Buffer.from(`${folders.volume}/`), halfOf("01a20000-0000-7000-8000-000000000001")]), "half");
  const left = ".aeroplane-upload-01a20000-0000-7000-8000-000000000001-0123456789ab";
  for (const name of [left, ".aeroplane-upload-", "file"]) writeFileSync(join(folders.volume, name), "");
  expect((await pages(10)).flat()).toEqual([".aeroplane-upload-", left, "file"]);
});

test("a size and a time that no number can tell are told as the largest", () => {
  const stat = { isFile: () => true, isDirectory: () => false, isSymbolicLink: () => false, size: 2n ** 62n, mtimeMs: 2n ** 62n } as unknown as BigIntStats;
  expect(factsOf(stat)).toEqual({ kind: "file", bytes: Number.MAX_SAFE_INTEGER, changedAt: Number.MAX_SAFE_INTEGER });
});

test("of a copy nothing is missing where only uploads have ended meanwhile", () => {
  const gone = `cp: cannot stat '/v/_data/in/${halfOf("01a20000-0000-7000-8000-000000000001").toString()}': No such file or directory\n`;
  const other = "cp: cannot stat '/v/_data/file': No such file or directory\n";
  expect([gone, gone + gone, gone + other, other, "", gone.replace("No such file or directory", "Permission denied")].map(onlyHalvesGone)).toEqual([true, true, false, false, false, false]);
});
