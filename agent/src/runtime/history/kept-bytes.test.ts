import { expect, test } from "vitest";
import { recordAt } from "../../docker/output-frames.ts";
import { CUT_MARK, LONGEST_LINE, wholeLines } from "../../docker/output-lines.ts";
import { DamagedOutput, type OutputRecord } from "../../docker/output.ts";
import { stampOf } from "../position.ts";
import { keptBytes } from "./kept-bytes.ts";
import { encodeKept } from "./kept-line.ts";

const stamp = (at: number) => stampOf(1_764_000_000_000_000_000n + BigInt(at));
function frame(stream: "out" | "err", said: string): Buffer {
  const head = Buffer.alloc(8);
  head[0] = stream === "err" ? 2 : 1;
  head.writeUInt32BE(Buffer.byteLength(said), 4);
  return Buffer.concat([head, Buffer.from(said)]);
}
const out = (at: number, text: string) => frame("out", `${stamp(at)} ${text}`);
const err = (at: number, text: string) => frame("err", `${stamp(at)} ${text}`);

async function written(parts: AsyncIterable<Buffer>, rest: boolean): Promise<string> {
  // What is given out is of use only until the next is asked for.
  const all: Buffer[] = [];
  for await (const bytes of keptBytes(parts, { rest })) all.push(Buffer.from(bytes));
  return Buffer.concat(all).toString();
}
async function asText(frames: readonly Buffer[], rest: boolean): Promise<string> {
  async function* records(): AsyncGenerator<OutputRecord[]> {
    for (const bytes of frames) yield [recordAt(bytes, 0)].filter((record) => record !== null);
  }
  let text = "";
  for await (const lines of wholeLines(records())) text += lines.filter(({ open }) => rest || open !== true).map(encodeKept).join("");
  return text;
}

const PIECE = "p".repeat(16_384);
const odd: Buffer[] = [
  out(1, "plain\n"),
  err(2, "ünïcödé 🛩 \t\u2028\n"),
  out(3, "\n"),
  out(4, "ends as on Windows\r\n"),
  err(5, "two\nin one frame\n"),
  out(6, PIECE),
  err(7, "meanwhile\n"),
  out(6, `${PIECE}\n`),
  out(8, "has no end before the next begins"),
  out(9, "next\n"),
  frame("out", "no stamp at all\n"),
  frame("out", "2026-11-30T04:45:00Z short stamp\n"),
  ...Array.from({ length: 6 }, (_, at) => out(10, at === 5 ? "end\n" : PIECE)),
  err(11, `${"long ".repeat(9000)}\n`),
  out(12, `${"é".repeat(20_000)}\n`),
  err(13, "is open"),
];

test("bytes put in place are what the lines would have been as text, in whatever pieces they come", async () => {
  const many = Array.from({ length: 4000 }, (_, at) => (at % 3 === 0 ? err : out)(100 + at, `${at} ${"x".repeat(at % 211)}\n`));
  const frames = [...many.slice(0, 1900), ...odd.slice(0, -1), ...many.slice(1900), ...odd.slice(-1)];
  for (const rest of [true, false]) {
    const expected = await asText(frames, rest);
    for (const of of [1, 7, 5000]) {
      async function* parts(): AsyncGenerator<Buffer> {
        for (let at = 0; at < frames.length; at += of) yield Buffer.concat(frames.slice(at, at + of));
      }
      expect(await written(parts(), rest)).toBe(expected);
    }
    expect([expected.includes(`${"p".repeat(LONGEST_LINE)}${CUT_MARK}\n`), expected.endsWith("\te\tis open\n")]).toEqual([true, rest]);
  }
});

test("what stands before a damaged part is given out before it is told", async () => {
  async function* parts(): AsyncGenerator<Buffer> {
    yield Buffer.concat([out(1, "a\n"), out(2, "b\n")]);
    throw new DamagedOutput("torn");
  }
  const all: string[] = [];
  const reading = (async () => {
    for await (const bytes of keptBytes(parts(), { rest: false })) all.push(bytes.toString());
  })();
  await expect(reading).rejects.toThrow(DamagedOutput);
  expect(all.join("")).toBe(`${stamp(1)}\to\ta\n${stamp(2)}\to\tb\n`);
});
