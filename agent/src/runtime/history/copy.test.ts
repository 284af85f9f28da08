import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { DamagedOutput, type OutputLine } from "../../docker/output.ts";
import { stampOf } from "../position.ts";
import { createArchiveBlocks, readAll } from "./archive-blocks.ts";
import { addBytes, noBlocks, readBlocks, writeBlocks } from "./blocks.ts";
import { createCopy } from "./copy.ts";
import { encodeKept } from "./kept-line.ts";

async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "copy-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}
const line = (at: number, text: string): OutputLine => ({ stamp: stampOf(BigInt(1_700_000_000_000 + at) * 1_000_000n), stream: "out", text });
const kept = (lines: OutputLine[]) => Buffer.from(lines.map(encodeKept).join(""));
const textsIn = async (path: string) => (await readFile(path, "utf8")).split("\n").filter(Boolean).map((kept) => kept.slice(33));

test("a copy goes on behind its last line: over clocks set back, lines of one stamp, bursts and what the engine throws away", async () => {
  const path = join(await scratch(), "one");
  let said: OutputLine[] = [];
  const asked: (number | undefined)[] = [];
  const copy = createCopy(path, async function* (tail) {
    asked.push(tail);
    yield kept(tail === undefined ? said : said.slice(-tail));
  });
  const all: string[] = [];
  const say = (at: number, ...texts: string[]) => {
    for (const text of texts) {
      said.push(line(at, text));
      all.push(text);
    }
  };
  const holds = async () => {
    const blocks = await copy.refresh();
    expect(await textsIn(path)).toEqual(all);
    expect([blocks.lines, blocks.size]).toEqual([all.length, (await stat(path)).size]);
  };
  await holds();
  say(10, "a", "b", "b");
  await holds();
  say(10, "b", "c");
  await holds();
  // Of more that bear its stamp than are asked for at once the last known one is not taken for a later one.
  for (let round = 0; round < 2; round += 1) {
    say(15, ...Array.from({ length: 1500 }, (_, at) => `same moment ${at}`));
    await holds();
  }
  say(-5000, "set back", "again");
  await holds();
  await holds();
  say(20, ...Array.from({ length: 5000 }, (_, at) => `burst ${at}`));
  await holds();
  for (let at = 0; at < 70_000; at += 1) say(30, `flood ${at}`);
  await holds();
  // More than it has known is thrown away: what is left is all that can be told.
  said = [line(40, "later"), line(41, "last")];
  all.push("later", "last");
  await holds();
  expect(asked.slice(0, 3)).toEqual([undefined, undefined, 2000]);
});

test("a copy that fails half-way is made anew", async () => {
  const path = join(await scratch(), "one");
  let fails = true;
  const copy = createCopy(path, async function* () {
    yield kept([line(1, "a")]);
    if (fails) throw new Error("silent");
    yield kept([line(2, "b")]);
  });
  await expect(copy.refresh()).rejects.toThrow("silent");
  fails = false;
  await copy.refresh();
  expect(await textsIn(path)).toEqual(["a", "b"]);
});

test("a copy has what was read before a damaged part", async () => {
  const path = join(await scratch(), "one");
  const said = [line(1, "a"), line(2, "b")];
  const asked: (number | undefined)[] = [];
  const copy = createCopy(path, async function* (tail) {
    asked.push(tail);
    yield kept(said.slice(0, 3));
    if (tail === 2000) throw new DamagedOutput("torn");
    yield kept(said.slice(3));
  });
  await copy.refresh();
  said.push(line(3, "c"), line(4, "d"));
  const { lines, size } = await copy.refresh();
  expect([await textsIn(path), lines, size, asked]).toEqual([["a", "b", "c", "d"], 4, (await stat(path)).size, [undefined, 2000, 64_000]]);
});

test("blocks are the same whatever pieces a file is seen in, and come back from beside it", async () => {
  const folder = await scratch();
  const text = Array.from({ length: 5000 }, (_, at) => encodeKept(line(at % 700, `${at} ${"y".repeat(at % 97)}${at === 4000 ? "z".repeat(600_000) : ""}`))).join("");
  const path = join(folder, "1_aaaaaaaaaaaa_r.log");
  await writeFile(path, `${text}torn`);
  const whole = await readAll(path);
  const bytes = Buffer.from(`${text}torn`);
  const pieces = noBlocks();
  let rest = Buffer.alloc(0);
  for (let at = 0; at < bytes.length; at += 999) {
    const piece = Buffer.concat([rest, bytes.subarray(at, at + 999)]);
    rest = piece.subarray(addBytes(pieces, piece));
  }
  expect(pieces).toEqual(whole);
  expect([whole.lines, whole.blocks.length > 6, readBlocks(writeBlocks(whole), whole.size), readBlocks("{", 1), readBlocks(writeBlocks(whole), 3)]).toEqual([5000, true, whole, null, null]);

  await writeFile(path, text);
  const first = await createArchiveBlocks()(path);
  const beside = await readFile(`${path}.index`, "utf8");
  expect([await createArchiveBlocks()(path), beside]).toEqual([first, writeBlocks(first)]);
  // Torn by a crash it is found out again; that of a file which is gone goes.
  await writeFile(`${path}.index`, beside.slice(0, 50));
  await writeFile(join(folder, "gone.log.index"), "");
  expect(await createArchiveBlocks()(path)).toEqual(first);
  await expect(stat(join(folder, "gone.log.index"))).rejects.toThrow("ENOENT");
});

test("a copy that somebody took away or cut is made anew, not gone on with at the wrong place", async () => {
  const path = join(await scratch(), "one");
  const said = [line(1, "a"), line(2, "b")];
  const copy = createCopy(path, async function* (tail) {
    yield kept(tail === undefined ? said : said.slice(-tail));
  });
  await copy.refresh();
  await rm(path);
  said.push(line(3, "c"));
  const { size } = await copy.refresh();
  expect([await textsIn(path), size]).toEqual([["a", "b", "c"], (await stat(path)).size]);
});
