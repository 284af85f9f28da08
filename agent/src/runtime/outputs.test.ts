import { Readable } from "node:stream";
import { expect, test } from "vitest";
import type { Docker } from "../docker/client.ts";
import { readOutput } from "../docker/output.ts";
import { tailOf } from "./outputs.ts";
import { behind, NOTHING_READ, stampOf } from "./position.ts";

type Record = { stream: 1 | 2; stamp: string; text: string };
const stamp = (at: number) => stampOf(BigInt(1_700_000_000_000 + at) * 1_000_000n);

/** An engine that has these records of one container. */
function engineOf(records: Record[]): Docker {
  const frame = ({ stream, stamp: at, text }: Record) => {
    const body = Buffer.from(`${at} ${text}`);
    const head = Buffer.alloc(8);
    head[0] = stream;
    head.writeUInt32BE(body.length, 4);
    return Buffer.concat([head, body]);
  };
  const dial = ({ options }: { options: { tail?: number } }, done: (error: null, stream: Readable) => void) =>
    done(null, Readable.from(records.slice(options.tail === undefined ? 0 : -options.tail).map(frame)));
  return { modem: { dial } } as unknown as Docker;
}

test("where a tail begins within a long line that the other stream speaks into, its place is that of the whole", async () => {
  const before = Array.from({ length: 30 }, (_, at): Record => ({ stream: 1, stamp: stamp(at), text: `line ${at}\n` }));
  const pieces = Array.from({ length: 13 }, (_, at): Record => ({ stream: 1, stamp: stamp(100), text: `${"x".repeat(16_000)}${at === 12 ? "\n" : ""}` }));
  // Told after the line by who reads all, since that is cut before; before it by who reads from here on.
  const records = [...before, ...pieces.slice(0, 6), { stream: 2 as const, stamp: stamp(101), text: "error\n" }, ...pieces.slice(6)];
  const docker = engineOf(records);
  let position = NOTHING_READ;
  for await (const line of readOutput(docker, "c")) position = behind(position, line.stamp);
  const output = { container: "c", createdAt: 0, release: "r", ordinal: null, archive: null };
  for (const count of [0, 1, 2, 5, 20]) {
    const tail = await tailOf({ docker }, output, count);
    expect([tail.position, tail.lines.length, tail.lines.at(-1)?.text]).toEqual([position, count, count === 0 ? undefined : "error"]);
  }
});
