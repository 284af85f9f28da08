import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { decodeLine } from "./line.ts";

/** A job's log as it is now: "2026-11-29T19:50:29.123Z [build] text". Nothing for one that has none. */
export async function* wholeJobLog(path: string): AsyncGenerator<string> {
  const input = createReadStream(path, "utf8");
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const text of lines) {
      const line = decodeLine(text);
      if (line !== null) yield `${new Date(line.at).toISOString()} [${line.from}] ${line.text}`;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  } finally {
    input.destroy();
  }
}
