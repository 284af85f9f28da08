import type { OutputLine, OutputRecord } from "./output.ts";

/** Of a longer line its beginning is told, in characters, and that it was cut. */
export const LONGEST_LINE = 65_536;
export const CUT_MARK = ` … [cut: the line is longer than ${LONGEST_LINE} characters]`;

type Begun = { stamp: string; text: string; told: boolean };

/**
 * Puts together what the engine keeps in pieces of 16 KB; the pieces of a line bear the stamp of the first. A line is told
 * when its end has come, or when it is too long; `rest` tells what has no end at the end.
 */
export function createLines() {
  const begun: Record<OutputLine["stream"], Begun | null> = { out: null, err: null };
  return {
    /** Whether a piece of that stream may belong to one before it. */
    isBegun: (stream: OutputLine["stream"]): boolean => begun[stream] !== null,
    take({ stamp, stream, text, last }: OutputRecord, lines: OutputLine[]): void {
      let line = begun[stream];
      if (line === null && last && text.length <= LONGEST_LINE) return void lines.push(lineOf({ stamp, text }, stream));
      if (line !== null && line.stamp !== stamp) {
        // Whoever said it ended in the middle of the line.
        if (!line.told) lines.push(lineOf(line, stream));
        line = null;
      }
      line ??= { stamp, text: "", told: false };
      if (!line.told) {
        line.text += text;
        line.told = last || line.text.length > LONGEST_LINE;
        if (line.told) lines.push(lineOf(line, stream));
      }
      begun[stream] = last ? null : line;
    },
    rest: (): OutputLine[] =>
      (["out", "err"] as const).flatMap((stream) => {
        const line = begun[stream];
        return line === null || line.told ? [] : [{ ...lineOf(line, stream), open: true as const }];
      }),
  };
}

/** Many at a time: a step between functions for each of some hundred thousand lines costs more than all that is done with them. */
export async function* wholeLines(parts: AsyncIterable<readonly OutputRecord[]>): AsyncGenerator<OutputLine[]> {
  const all = createLines();
  for await (const records of parts) {
    const lines: OutputLine[] = [];
    for (const record of records) all.take(record, lines);
    if (lines.length > 0) yield lines;
  }
  const rest = all.rest();
  if (rest.length > 0) yield rest;
}

function lineOf({ stamp, text }: Pick<Begun, "stamp" | "text">, stream: OutputLine["stream"]): OutputLine {
  // Only the line feed ends a line; of a CRLF the other half means nothing.
  const said = text.endsWith("\r") ? text.slice(0, -1) : text;
  return { stamp, stream, text: said.length > LONGEST_LINE ? `${said.slice(0, LONGEST_LINE).toWellFormed()}${CUT_MARK}` : said };
}
