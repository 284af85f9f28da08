// Bytes to the edge and bytes back: a client would tidy them up.
import { connect } from "node:net";

export type Answer = { status: number; headers: Map<string, string>; body: string };

/** One connection for these bytes; null: it was closed without an answer. */
export function exchange(port: number, bytes: Buffer, milliseconds = 20_000): Promise<Answer | null> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true }, () => socket.write(bytes));
    socket.setTimeout(milliseconds, () => socket.destroy(new Error(`no end of the answer within ${milliseconds / 1000} s`)));
    socket.on("data", (part: Buffer) => parts.push(part));
    // What was answered before the rest of the request was taken is an answer.
    socket.on("error", (error: NodeJS.ErrnoException) => (error.code === "ECONNRESET" || error.code === "EPIPE" ? done() : reject(error)));
    socket.on("end", () => {
      socket.end();
      done();
    });
    const done = () => resolve(parts.length === 0 ? null : readAnswer(Buffer.concat(parts).toString("latin1")));
  });
}

export function readAnswer(text: string): Answer {
  const end = text.indexOf("\r\n\r\n");
  const [first = "", ...lines] = text.slice(0, end === -1 ? undefined : end).split("\r\n");
  const headers = new Map(lines.map((line): [string, string] => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
  return { status: Number(first.split(" ")[1]), headers, body: end === -1 ? "" : text.slice(end + 4) };
}
