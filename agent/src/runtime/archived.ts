import type { OutputLine } from "../docker/output.ts";
import { linesOfFile } from "../log/line-feeds.ts";

/** Lines of a container that is gone, as `archiveOutput` kept them. */
export async function* readArchive(path: string): AsyncGenerator<OutputLine> {
  for await (const line of linesOfFile(path)) {
    const first = line.indexOf("\t");
    if (first < 1 || line[first + 2] !== "\t") continue;
    yield { stamp: line.slice(0, first), stream: line[first + 1] === "e" ? "err" : "out", text: line.slice(first + 3) };
  }
}
