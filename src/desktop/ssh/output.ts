import type { EventEmitter } from "node:events";
import { fail, type Failure } from "@aeroplane/agent/contract";

/** Both outputs of a command together; what a server is asked for is some kilobytes. */
const MOST = 4 * 1024 ** 2;

type Names = "stdout" | "stderr";
type Options = { address: string; onOutput?: (chunk: Buffer) => void; most?: number };

/** What a command says, as text, when it has ended. One that says too much is nothing that this app has asked for: `tooMuch` rejects. */
export function createOutput({ address, onOutput, most = MOST }: Options) {
  const heard: Record<Names, Buffer[]> = { stdout: [], stderr: [] };
  const { promise: tooMuch, reject } = Promise.withResolvers<never>();
  tooMuch.catch(() => {});
  let size = 0;

  function take(name: Names, chunk: Buffer): void {
    size += chunk.length;
    if (size <= most) {
      heard[name].push(chunk);
      onOutput?.(chunk);
      return;
    }
    heard.stdout = heard.stderr = [];
    reject(answerTooLarge(address, most));
  }

  return {
    tooMuch,
    listen: (stream: EventEmitter, name: Names) => void stream.on("data", (chunk: Buffer) => take(name, chunk)),
    text: (name: Names): string => Buffer.concat(heard[name]).toString("utf8"),
  };
}

export const answerTooLarge = (server: string, most: number): Failure => fail("ANSWER_TOO_LARGE", { server, limit: `${most / 1024 ** 2} MB` });
