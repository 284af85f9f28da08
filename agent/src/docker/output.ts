import { ask, statusOf, type Docker } from "./client.ts";
import { frameEnd, recordAt, wholeFrames } from "./output-frames.ts";
import { wholeLines } from "./output-lines.ts";

export type OutputLine = {
  /** The engine's own stamp with nanoseconds. Lines stand in the order in which they were said, which need not be that of their stamps. */
  stamp: string;
  stream: "out" | "err";
  text: string;
  /** It has no end yet: more of it may come while its container runs. */
  open?: true;
};

export type OutputOptions = {
  /** Only so many records at the end; a line of more than 16 KB is several. */
  tail?: number;
  follow?: boolean;
  /** A container that is gone is a failure. */
  present?: boolean;
  signal?: AbortSignal;
};

/** A line, or a part of one where `last` is false. */
export type OutputRecord = OutputLine & { last: boolean };

/** The engine's file cannot be read from here on; what was said later can be, from its end. */
export class DamagedOutput extends Error {}

/**
 * Output of one container as it was said, whole lines; nothing for one that is gone. Memory stays bounded: the engine waits
 * for us. Without `follow`, DamagedOutput at the end where more was said that cannot be read.
 */
export const readOutput = (docker: Docker, id: string, options: OutputOptions = {}): AsyncGenerator<OutputLine> => oneByOne(readOutputParts(docker, id, options));

/** As many at a time as the engine gave at once: for who reads all of it. */
export const readOutputParts = (docker: Docker, id: string, options: OutputOptions = {}): AsyncGenerator<OutputLine[]> => wholeLines(recordsOf(readFrames(docker, id, options)));

export async function* oneByOne<T>(parts: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const part of parts) for (const one of part) yield one;
}

/** The line that is kept first; null: none is. It is told without a look at the others. */
export async function firstLine(docker: Docker, id: string): Promise<OutputLine | null> {
  for await (const [first] of wholeLines(recordsOf(readUnchecked(docker, id, {})))) return first!;
  return null;
}

/** As the engine gives them: some whole frames at a time. */
export function readFrames(docker: Docker, id: string, options: OutputOptions = {}): AsyncGenerator<Buffer> {
  const checked = options.follow !== true && options.tail !== 1 && options.tail !== 0;
  return checked ? readChecked(docker, id, options) : readUnchecked(docker, id, options);
}

/** Some engines end at a damaged part as if nothing stood behind it: the newest record, read alone, must be among those read. */
async function* readChecked(docker: Docker, id: string, options: OutputOptions): AsyncGenerator<Buffer> {
  let newest: string | null = null;
  for await (const records of recordsOf(readUnchecked(docker, id, { ...options, tail: 1 }))) newest = records.at(-1)!.stamp;
  let count = 0;
  let isWhole = false;
  for await (const bytes of readUnchecked(docker, id, options)) {
    if (options.tail !== undefined) count += wholeFrames(bytes).count;
    // No line has it by chance: it counts billionths of a second.
    isWhole ||= newest !== null && bytes.includes(`${newest} `);
    yield bytes;
  }
  // Where nothing had been said, whatever was read has been said since: a damaged part at the end is told by what follows it.
  isWhole ||= newest === null || count === options.tail || options.signal?.aborted === true;
  if (!isWhole) throw new DamagedOutput("not all of it can be read");
}

async function* readUnchecked(docker: Docker, id: string, options: OutputOptions): AsyncGenerator<Buffer> {
  const stream = await openOutput(docker, id, options);
  if (stream === null && options.present === true) throw new Error("its container is gone");
  if (stream === null) return;
  const stop = () => stream.destroy();
  options.signal?.addEventListener("abort", stop, { once: true });
  try {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const { end, damage } = wholeFrames(bytes);
      if (end > 0) yield bytes.subarray(0, end);
      if (damage !== null) throw new DamagedOutput(damage);
      rest = bytes.subarray(end);
    }
  } catch (error) {
    if (options.signal?.aborted !== true) throw error;
  } finally {
    options.signal?.removeEventListener("abort", stop);
    stop();
  }
}

async function* recordsOf(parts: AsyncIterable<Buffer>): AsyncGenerator<OutputRecord[]> {
  for await (const bytes of parts) {
    let records: OutputRecord[] = [];
    for (let from = 0; from < bytes.length; from = frameEnd(bytes, from)) {
      const record = recordAt(bytes, from);
      if (record !== null) records.push(record);
      if (records.length < AT_ONCE) continue;
      yield records;
      records = [];
    }
    if (records.length > 0) yield records;
  }
}

type Closable = NodeJS.ReadableStream & { destroy(): void };

/** The engine's frames; null for a container that is gone. */
export async function openOutput(docker: Docker, id: string, { tail, follow, signal }: OutputOptions): Promise<Closable | null> {
  try {
    const query = {
      stdout: true,
      stderr: true,
      timestamps: true,
      follow: true as const,
      ...(tail === undefined ? {} : { tail }),
      ...(signal === undefined ? {} : { abortSignal: signal }),
    };
    if (follow === true) return (await ask(() => docker.getContainer(id).logs(query))) as Closable;
    // Without follow the client would gather the whole log in memory; as a stream it ends by itself.
    return (await ask(() => streamed(docker, id, { ...query, follow: false }))) as Closable;
  } catch (error) {
    if (statusOf(error) === 404 || statusOf(error) === 409 || signal?.aborted === true) return null;
    throw error;
  }
}

function streamed(docker: Docker, id: string, query: Record<string, unknown>): Promise<unknown> {
  const { abortSignal, ...options } = query;
  return new Promise((resolve, reject) => {
    docker.modem.dial(
      {
        path: `/containers/${id}/logs?`,
        method: "GET",
        isStream: true,
        options,
        abortSignal,
        statusCodes: { 101: true, 200: true, 404: "no such container", 500: "server error" },
      } as never,
      (error: unknown, stream: unknown) => (error === null || error === undefined ? resolve(stream) : reject(error as Error)),
    );
  });
}

/** Few enough to be gone before the collector of short-lived memory comes: what it meets alive costs more than the reading. */
const AT_ONCE = 128;
