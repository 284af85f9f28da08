import type { Docker } from "../../docker/client.ts";
import { frameEnd, plainAt, recordAt, STAMP, streamAt } from "../../docker/output-frames.ts";
import { overDamage } from "../../docker/output-kept.ts";
import { createLines } from "../../docker/output-lines.ts";
import { DamagedOutput, readFrames, type OutputLine } from "../../docker/output.ts";
import { encodeKept, stampAt } from "./kept-line.ts";

const OUT = 65_536;
const [TAB, LINE_FEED, LETTER_OF_ERR, LETTER_OF_OUT] = [9, 10, 101, 111];

type Options = {
  tail?: number | undefined;
  /** Also what has no end yet, as a line. */
  rest: boolean;
};

/** What the engine keeps of a container, as it stands in a file of kept output: whole lines, of use until the next are asked for. */
export const readKeptBytes = (docker: Docker, id: string, { tail, rest }: Options): AsyncGenerator<Buffer> => keptBytes(readFrames(docker, id, tail === undefined ? {} : { tail }), { rest });

/** All of it, over a damaged part. */
export const readAllKeptBytes = (docker: Docker, id: string, { rest }: Omit<Options, "tail">): AsyncGenerator<Buffer> =>
  overDamage(docker, id, {
    read: (tail) => readKeptBytes(docker, id, { tail, rest }),
    stampOf: (bytes) => stampAt(bytes, bytes.lastIndexOf(LINE_FEED, bytes.length - 2) + 1)!,
    mark: (line) => Buffer.from(encodeKept(line)),
  });

/**
 * Nearly every frame is one line: its bytes are put in place as they are, within what was read. To make text of each, and
 * bytes again, cost all of the memory. Few calls for each frame: the optimizing compilers are off.
 */
export async function* keptBytes(frames: AsyncIterable<Buffer>, { rest }: Pick<Options, "rest">): AsyncGenerator<Buffer> {
  const out = Buffer.allocUnsafe(OUT);
  let filled = 0;
  const lines = createLines();
  function* put(bytes: Buffer): Generator<Buffer> {
    if (filled + bytes.length > OUT) {
      yield out.subarray(0, filled);
      filled = 0;
    }
    if (bytes.length > OUT) return yield bytes;
    filled += bytes.copy(out, filled);
  }
  try {
    for await (const bytes of frames) {
      let at = 0;
      for (let from = 0, end = 0; from < bytes.length; from = end) {
        end = frameEnd(bytes, from);
        const stream = streamAt(bytes, from);
        const stamp = lines.isBegun(stream) ? -1 : plainAt(bytes, from, end);
        if (stamp < 0) {
          const record = recordAt(bytes, from);
          const told: OutputLine[] = [];
          if (record !== null) lines.take(record, told);
          if (told.length === 0) continue;
          yield* put(bytes.subarray(0, at));
          at = 0;
          for (const line of told) yield* put(Buffer.from(encodeKept(line)));
          continue;
        }
        // A letter between tabs stands where the engine has a space; a frame's head has more room than that takes.
        bytes.copyWithin(at, stamp, stamp + STAMP);
        bytes[at + STAMP] = TAB;
        bytes[at + STAMP + 1] = stream === "err" ? LETTER_OF_ERR : LETTER_OF_OUT;
        bytes[at + STAMP + 2] = TAB;
        bytes.copyWithin(at + STAMP + 3, stamp + STAMP + 1, end);
        at += end - stamp + 2;
      }
      yield* put(bytes.subarray(0, at));
    }
  } catch (error) {
    // What stands before the damaged part is whole.
    if (error instanceof DamagedOutput && filled > 0) yield out.subarray(0, filled);
    throw error;
  }
  if (rest) for (const line of lines.rest()) yield* put(Buffer.from(encodeKept(line)));
  if (filled > 0) yield out.subarray(0, filled);
}
