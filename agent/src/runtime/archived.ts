import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { OutputLine } from "../docker/output.ts";

/** Lines of a container that is gone, as `archiveOutput` kept them. */
export async function* readArchive(path: string): AsyncGenerator<OutputLine> {
  const input = createReadStream(path, "utf8");
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) {
      const first = line.indexOf("\t");
      if (first < 1 || line[first + 2] !== "\t") continue;
      yield { stamp: line.slice(0, first), stream: line[first + 1] === "e" ? "err" : "out", text: line.slice(first + 3) };
    }
  } finally {
    // Who stops early leaves it open else.
    input.destroy();
  }
}
