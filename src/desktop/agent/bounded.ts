import type { IncomingMessage } from "node:http";
import { Transform } from "node:stream";
import type { Failure } from "@aeroplane/agent/contract";
import { answerTooLarge } from "../ssh/output.ts";

const MiB = 1024 ** 2;
/** Of one answer, and of all that a server is giving at a time: a broken or hostile one must not fill this computer. */
const WHOLE = 32 * MiB;
const SUM = 64 * MiB;
/** Of one part of a stream. */
const EVENT = 8 * MiB;
const NEWLINE = 10;

/** The server is named where the answer was asked for. */
const tooLarge = (most: number): Failure => answerTooLarge("The server", most);

/** Reads whole answers, each bounded, and all at a time in sum. */
export function createWhole({ whole = WHOLE, sum = SUM } = {}): (answer: IncomingMessage) => Promise<string> {
  let held = 0;

  return (answer) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    let parts: Buffer[] = [];
    let size = 0;
    answer.on("data", (part: Buffer) => {
      if (size + part.length > whole || held + part.length > sum) return void answer.destroy(tooLarge(size + part.length > whole ? whole : sum));
      size += part.length;
      held += part.length;
      parts.push(part);
    });
    answer.on("end", () => resolve(Buffer.concat(parts).toString("utf8")));
    answer.on("error", reject);
    answer.once("close", () => {
      held -= size;
      size = 0;
      parts = [];
      reject(new Error("The connection broke"));
    });
    return promise;
  };
}

/** A stream as it comes, which ends where one part of it is too large: parts end with an empty line. */
export function boundedParts(most = EVENT): Transform {
  let size = 0;
  let last = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const first = last === NEWLINE && chunk[0] === NEWLINE ? 0 : -1;
      const end = Math.max(first, chunk.lastIndexOf("\n\n"));
      size = end < 0 ? size + chunk.length : chunk.length - end - 1;
      last = chunk.at(-1) ?? last;
      if (size > most) done(tooLarge(most));
      else done(null, chunk);
    },
  });
}
