import { createReadStream } from "node:fs";

/**
 * Lines of a file, without holding it. Only a line feed ends one: a carriage return or U+2028 is part of what was said. A
 * last line without an end is one.
 */
export async function* linesOfFile(path: string): AsyncGenerator<string> {
  let rest = "";
  // Who stops early closes it: a stream ends with the loop over it.
  for await (const chunk of createReadStream(path, "utf8") as AsyncIterable<string>) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}
