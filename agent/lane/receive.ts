import type { Readable } from "node:stream";
import type { Digest } from "./digest.ts";

/** Takes the bytes of one transfer in their order; resolves when they are where they belong. */
export type Sink = { write(chunk: Uint8Array, at: number): Promise<void> };

/** Said after so long at the latest, and after so many bytes: often enough to keep a quick line full, and seldom enough to cost next to nothing. */
const SAY_MS = 2;
const SAY_BYTES = 128 * 1024;

/** Says how much was taken: soon after it was, and what is said last is all of it. */
export function createAcks(write: (line: string) => void) {
  let at = 0;
  let said = 0;
  let saidAt = 0;
  let timer: NodeJS.Timeout | null = null;
  const say = () => {
    if (timer) clearTimeout(timer);
    timer = null;
    if (said === at) return;
    said = at;
    saidAt = performance.now();
    write(`${at}\n`);
  };
  return {
    taken(total: number) {
      at = total;
      if (at - said >= SAY_BYTES || performance.now() - saidAt >= SAY_MS) say();
      else timer ??= setTimeout(say, SAY_MS);
    },
    /** Nothing more will be taken. */
    end() {
      say();
    },
  };
}
type Acks = ReturnType<typeof createAcks>;

type Receiving = { input: Readable; from: number; to: number; sink: Sink; acks: Acks; digest: Digest };

/**
 * Takes what comes, never beyond `to`, one chunk after the other: what is not taken stays where it is. Answers the offset
 * behind the last byte; throws where the connection breaks, and then the digest stands where the sink does.
 */
export async function receive({ input, from, to, sink, acks, digest }: Receiving): Promise<number> {
  let at = from;
  try {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      if (at + chunk.length > to) throw new Error("More bytes came than were told");
      await sink.write(chunk, at);
      digest.add(chunk);
      at += chunk.length;
      acks.taken(at - from);
    }
    return at;
  } finally {
    acks.end();
  }
}
