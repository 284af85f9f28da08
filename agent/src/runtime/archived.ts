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

const AT_ONCE = 128;
const AT_ONCE_CHARS = 65_536;

/** Some at a time, few where they are long. */
export async function* readArchiveParts(path: string): AsyncGenerator<OutputLine[]> {
  let lines: OutputLine[] = [];
  let chars = 0;
  for await (const line of readArchive(path)) {
    lines.push(line);
    chars += line.text.length;
    if (lines.length < AT_ONCE && chars < AT_ONCE_CHARS) continue;
    yield lines;
    lines = [];
    chars = 0;
  }
  if (lines.length > 0) yield lines;
}
