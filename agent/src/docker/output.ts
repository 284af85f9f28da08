import { ask, statusOf, type Docker } from "./client.ts";
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
export function readOutputParts(docker: Docker, id: string, options: OutputOptions = {}): AsyncGenerator<OutputLine[]> {
  const checked = options.follow !== true && options.tail !== 1 && options.tail !== 0;
  return wholeLines(checked ? readChecked(docker, id, options) : readRecords(docker, id, options));
}

export async function* oneByOne<T>(parts: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const part of parts) for (const one of part) yield one;
}

/** Some engines end at a damaged part as if nothing stood behind it: the newest record, read alone, must be among those read. */
async function* readChecked(docker: Docker, id: string, options: OutputOptions): AsyncGenerator<OutputRecord[]> {
  let newest: string | null = null;
  for await (const records of readRecords(docker, id, { ...options, tail: 1 })) newest = records.at(-1)!.stamp;
  let count = 0;
  let isWhole = false;
  for await (const records of readRecords(docker, id, options)) {
    count += records.length;
    isWhole ||= records.some(({ stamp }) => stamp === newest);
    yield records;
  }
  // Where nothing had been said, whatever was read has been said since: a damaged part at the end is told by what follows it.
  isWhole ||= newest === null || count === options.tail || options.signal?.aborted === true;
  if (!isWhole) throw new DamagedOutput("not all of it can be read");
}

async function* readRecords(docker: Docker, id: string, options: OutputOptions): AsyncGenerator<OutputRecord[]> {
  const stream = await openOutput(docker, id, options);
  if (stream === null && options.present === true) throw new Error("its container is gone");
  if (stream === null) return;
  const stop = () => stream.destroy();
  options.signal?.addEventListener("abort", stop, { once: true });
  try {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (rest = bytes; ; ) {
        const { records, read, damage } = recordsIn(rest);
        rest = rest.subarray(read);
        if (records.length > 0) yield records;
        if (damage !== null) throw new DamagedOutput(damage);
        if (records.length < AT_ONCE) break;
      }
    }
  } catch (error) {
    if (options.signal?.aborted !== true) throw error;
  } finally {
    options.signal?.removeEventListener("abort", stop);
    stop();
  }
}

/** The whole frames at the beginning, up to where the engine says that it cannot go on. */
function recordsIn(bytes: Buffer): { records: OutputRecord[]; read: number; damage: string | null } {
  const records: OutputRecord[] = [];
  let read = 0;
  while (bytes.length - read >= HEAD && records.length < AT_ONCE) {
    const size = bytes.readUInt32BE(read + 4);
    if (bytes.length - read < HEAD + size) break;
    const kind = bytes[read]!;
    const frame = bytes.toString("utf8", read + HEAD, read + HEAD + size);
    read += HEAD + size;
    if (kind === SYSTEM) return { records, read, damage: frame.trim() };
    const record = parse(kind, frame);
    if (record !== null) records.push(record);
  }
  return { records, read, damage: null };
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
/** Bytes in front of a frame: its kind and its size. */
const HEAD = 8;
const STDERR = 2;
/** Says in words why the engine cannot go on. */
const SYSTEM = 3;
const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

function parse(kind: number, frame: string): OutputRecord | null {
  const space = frame.indexOf(" ");
  const stamp = frame.slice(0, space);
  if (!STAMP.test(stamp)) return null;
  const last = frame.endsWith("\n");
  return { stamp, stream: kind === STDERR ? "err" : "out", text: frame.slice(space + 1, last ? -1 : undefined), last };
}
