import { Readable } from "node:stream";
import { expect, test } from "vitest";
import type { Docker } from "./client.ts";
import { DamagedOutput, readOutput } from "./output.ts";

const STAMP = "2026-11-30T04:45:00.123456789Z";
function frame(kind: number, text: string): Buffer {
  const head = Buffer.alloc(8);
  head[0] = kind;
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

test("what stands before a damaged part is told, in whatever pieces it comes", async () => {
  const many = Array.from({ length: 1000 }, (_, at) => `line ${at}`);
  const said = Buffer.concat([...many.map((text) => frame(1, `${STAMP} ${text}\n`)), frame(2, `${STAMP} two\n`), frame(3, "Error grabbing logs: invalid character"), frame(1, `${STAMP} three\n`)]);
  for (const size of [7, 40, 1000, 1_000_000]) {
    const pieces = Array.from({ length: Math.ceil(said.length / size) }, (_, index) => said.subarray(index * size, (index + 1) * size));
    const docker = { modem: { dial: (_: unknown, done: (error: null, stream: Readable) => void) => done(null, Readable.from(pieces)) } } as unknown as Docker;
    const told: string[] = [];
    const reading = (async () => {
      for await (const { stream, text } of readOutput(docker, "c", { tail: 0 })) told.push(`${stream} ${text}`);
    })();
    await expect(reading).rejects.toThrow(DamagedOutput);
    expect(told).toEqual([...many.map((text) => `out ${text}`), "err two"]);
  }
});

test("a container that says its first line between two looks has no damage", async () => {
  const looks = [[], [frame(1, `${STAMP} first\n`)]];
  const docker = { modem: { dial: (_: unknown, done: (error: null, stream: Readable) => void) => done(null, Readable.from(looks.shift()!)) } } as unknown as Docker;
  const told: string[] = [];
  for await (const { text } of readOutput(docker, "c")) told.push(text);
  expect([told, looks]).toEqual([["first"], []]);
});
