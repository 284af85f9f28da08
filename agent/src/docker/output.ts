import { ask, statusOf, type Docker } from "./client.ts";

export type OutputLine = {
  /** The engine's own stamp with nanoseconds; orders lines and marks a position. */
  stamp: string;
  stream: "out" | "err";
  text: string;
};

export type OutputOptions = {
  /** Lines stamped at or after this one; the caller drops those it knows. */
  since?: string;
  tail?: number;
  follow?: boolean;
  signal?: AbortSignal;
};

const LONGEST_LINE = 8192;

/** Output of one container, oldest first; nothing for one that is gone. Memory stays bounded: the engine waits for us. */
export async function* readOutput(docker: Docker, id: string, options: OutputOptions = {}): AsyncGenerator<OutputLine> {
  const stream = await open(docker, id, options);
  if (stream === null) return;
  const stop = () => stream.destroy();
  options.signal?.addEventListener("abort", stop, { once: true });
  try {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      while (rest.length >= 8) {
        const size = rest.readUInt32BE(4);
        if (rest.length < 8 + size) break;
        const line = parse(rest.subarray(8, 8 + size).toString("utf8"), rest[0] === 2 ? "err" : "out");
        rest = rest.subarray(8 + size);
        if (line !== null) yield line;
      }
    }
  } catch (error) {
    if (options.signal?.aborted !== true) throw error;
  } finally {
    options.signal?.removeEventListener("abort", stop);
    stop();
  }
}

type Closable = NodeJS.ReadableStream & { destroy(): void };

async function open(docker: Docker, id: string, { since, tail, follow, signal }: OutputOptions): Promise<Closable | null> {
  try {
    const query = {
      stdout: true,
      stderr: true,
      timestamps: true,
      follow: true as const,
      ...(tail === undefined ? {} : { tail }),
      ...(since === undefined ? {} : { since: unixStamp(since) as unknown as number }),
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

/** "2026-11-23T15:00:00.123456789Z" as the seconds.nanoseconds that the engine takes. */
function unixStamp(stamp: string): string {
  const nanos = (/\.(\d+)Z$/.exec(stamp)?.[1] ?? "").padEnd(9, "0");
  return `${Math.floor(Date.parse(stamp) / 1000)}.${nanos}`;
}

function parse(frame: string, stream: "out" | "err"): OutputLine | null {
  const space = frame.indexOf(" ");
  if (space < 1) return null;
  const text = frame.slice(space + 1).replace(/\r?\n$/, "");
  return { stamp: frame.slice(0, space), stream, text: text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)}…` : text };
}

/** The last lines of a container, as text. */
export async function lastLines(docker: Docker, id: string, count: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const { text } of readOutput(docker, id, { tail: count })) lines.push(text);
  return lines;
}
