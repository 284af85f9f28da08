import type { Docker } from "./client.ts";
import { DamagedOutput, oneByOne, readFrames, readOutput, readOutputParts, type OutputLine, type OutputOptions } from "./output.ts";

/** More records than the engine keeps of a container. */
const MOST_RECORDS = 2 ** 24;

/**
 * How many records at the end can be read although one before them is damaged, as a cut of power leaves them. Each try
 * reads them all.
 */
export async function readableTail(docker: Docker, id: string, signal?: AbortSignal): Promise<number> {
  let good = 0;
  let bad = 1;
  while (bad < MOST_RECORDS && (await isReadable(docker, id, bad, signal))) {
    good = bad;
    bad *= 2;
  }
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (await isReadable(docker, id, middle, signal)) good = middle;
    else bad = middle;
  }
  return good;
}

async function isReadable(docker: Docker, id: string, tail: number, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    for await (const _ of readFrames(docker, id, { tail, signal })) signal?.throwIfAborted();
    return true;
  } catch (error) {
    if (error instanceof DamagedOutput) return false;
    throw error;
  }
}

/** The last lines of a container, as text. */
export async function lastLines(docker: Docker, id: string, count: number): Promise<string[]> {
  const read = async (tail: number) => {
    const lines: string[] = [];
    for await (const { text } of readOutput(docker, id, { tail })) lines.push(text);
    return lines;
  };
  return await read(count).catch(async (error: unknown) => {
    if (error instanceof DamagedOutput) return await read(Math.min(count, await readableTail(docker, id)));
    throw error;
  });
}

const DAMAGED_MARK = "… [lines are missing here: the file in which Docker kept them is damaged]";

/** All that the engine keeps of a container; where its file is damaged a line says so, and what can be read after that follows. */
export const readKept = (docker: Docker, id: string, options: Pick<OutputOptions, "signal"> = {}): AsyncGenerator<OutputLine> => oneByOne(readKeptParts(docker, id, options));

/** As many lines at a time as the engine gave at once. */
const readKeptParts = (docker: Docker, id: string, options: Pick<OutputOptions, "signal">): AsyncGenerator<OutputLine[]> =>
  overDamage(docker, id, {
    ...options,
    read: (tail) => readOutputParts(docker, id, { ...options, tail }),
    stampOf: (lines) => lines.at(-1)!.stamp,
    mark: (line) => [line],
  });

type Reading<T> = Pick<OutputOptions, "signal"> & {
  read(tail?: number): AsyncIterable<T>;
  /** Of the last line in it. */
  stampOf(part: T): string;
  mark(line: OutputLine): T;
};

/** All that can be read, in whatever form; where the file is damaged its mark, and what can be read after that. */
export async function* overDamage<T>(docker: Docker, id: string, { read, stampOf, mark, signal }: Reading<T>): AsyncGenerator<T> {
  let stamp = "1970-01-01T00:00:00.000000000Z";
  try {
    for await (const part of read()) {
      stamp = stampOf(part);
      yield part;
    }
  } catch (error) {
    if (!(error instanceof DamagedOutput)) throw error;
    yield mark({ stamp, stream: "err", text: DAMAGED_MARK });
    const tail = await readableTail(docker, id, signal);
    if (tail > 0) yield* read(tail);
  }
}
