import type { Readable } from "node:stream";

/** Longer ones are none of ours. */
const LONGEST = 64 * 1024;

/** Calls back with each line that comes, without its end; resolves when no more comes, and rejects where the stream breaks. */
export function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let rest = "";
    stream.on("data", (part: Buffer) => {
      const lines = (rest + part.toString("latin1")).split("\n");
      rest = lines.pop()!;
      if (rest.length > LONGEST) return void stream.destroy(new Error("A line without an end"));
      try {
        for (const line of lines) onLine(Buffer.from(line, "latin1").toString("utf8"));
      } catch (error) {
        // What cannot be read is the far end's fault, and ends this stream alone.
        stream.destroy(error as Error);
      }
    });
    stream.once("end", resolve);
    stream.once("error", reject);
    // Without an end: the connection broke.
    stream.once("close", () => reject(new Error("The connection broke")));
  });
}
