import { decodeLine } from "./line.ts";
import { linesOfFile } from "./line-feeds.ts";

/** A job's log as it is now: "2026-11-29T19:50:29.123Z [build] text". Nothing for one that has none. */
export async function* wholeJobLog(path: string): AsyncGenerator<string> {
  try {
    for await (const text of linesOfFile(path)) {
      const line = decodeLine(text);
      if (line !== null) yield `${new Date(line.at).toISOString()} [${line.from}] ${line.text}`;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
