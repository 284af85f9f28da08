// What is planted among a million lines: words that stand nowhere else, in lines of every odd kind, and for each which of
// them a search has to find. By the contract: the word is contained in the line without its colours and controls, whatever
// the case of its letters; of a line beyond 65,536 characters only its beginning is kept.
import { randomBytes } from "node:crypto";

export type Planted = {
  kind: string;
  word: string;
  /** Lines that have to be found by it: each bears its own mark. */
  hits: string[];
  bytes: Buffer;
  stream: "out" | "err";
};

export const newWord = (): string => `tok${randomBytes(7).toString("hex")}`;

let marks = 0;
const newMark = (): string => `#${(marks += 1)}.`;
const ESC = "\u001b";
const LONG = 1_000_000;
const LIMIT = 65_536;
/** Where the engine cuts a line into pieces. */
const PIECE = 16_384;

type Draft = (word: string, mark: () => string) => string | Buffer;

/** Lines of one kind; `mark` names one that has to be found, and is called in the order of the lines. */
function plant(kind: string, draft: Draft, stream: Planted["stream"] = "out"): Planted {
  const word = newWord();
  const hits: string[] = [];
  const bytes = Buffer.from(draft(word, () => (hits.push(newMark()), hits.at(-1)!)) as string);
  return { kind, word, hits, bytes, stream };
}

const everyByte = (() => Buffer.from(Array.from({ length: 255 }, (_, index) => (index < 10 ? index : index + 1))))();
const each = (word: string, between: string): string => [...word].join(between);

/** A line of a million characters that has a word at each of these places; the first is its mark. */
function longLine(at: [number, string][]): string {
  const line = Buffer.alloc(LONG, "x");
  for (const [place, word] of at) line.write(word, place);
  return `${line.toString("latin1")}\n`;
}

/** Fresh words each time. */
export function oddLines(): Planted[] {
  return [
    plant("a plain line", (word, mark) => `${mark()} before ${word} after\n`),
    plant("capitals", (word, mark) => `${mark()} ${word.toUpperCase()}\n`),
    plant("stderr", (word, mark) => `${mark()} ${word}\n`, "err"),
    plant("behind a carriage return", (word, mark) => `${mark()} 10%\r50%\r${word} 100%\n`),
    plant("a carriage return within the word", (word, mark) => `${mark()} ${word.slice(0, 5)}\r${word.slice(5)}\n`),
    plant("CRLF", (word, mark) => `${mark()} ${word}\r\n`),
    plant("colours around it", (word, mark) => `${mark()} ${ESC}[1;31m${word}${ESC}[0m\n`),
    plant("colours within it", (word, mark) => `${mark()} ${ESC}[31m${word.slice(0, 4)}${ESC}[1m${word.slice(4)}${ESC}[0m\n`),
    plant("a colour before each letter", (word, mark) => `${mark()} ${ESC}[38;5;200m${each(word, `${ESC}[38;2;1;2;3m`)}${ESC}[0m\n`),
    plant("many colours before it", (word, mark) => `${mark()} ${`${ESC}[31m`.repeat(5000)}${word}\n`),
    plant("a link that leads to it", (word) => `${ESC}]8;;http://localhost/${word}${ESC}\\here${ESC}]8;;${ESC}\\\n`),
    plant("a link that is called so", (word, mark) => `${mark()} ${ESC}]8;;http://localhost/${ESC}\\${word}${ESC}]8;;\u0007\n`),
    plant("an escape without an end before it", (word, mark) => `cut ${ESC}[\n${mark()} ${word} ${ESC}]8;\n${mark()} ${word}\n`),
    plant("amid binary", (word, mark) => Buffer.concat([Buffer.from(`${mark()} `), everyByte, Buffer.from(word), everyByte, Buffer.from("\n")])),
    plant("a NUL before each letter", (word, mark) => `${mark()} \0${each(word, "\0")}\n`),
    plant("torn by bytes that are no text", (word) => Buffer.concat([Buffer.from(word.slice(0, 6)), Buffer.from([0xff, 0xfe]), Buffer.from(`${word.slice(6)}\n`)])),
    plant("other separators of lines", (word, mark) => `${mark()} a\u2028b\u0085c\vd\fe ${word} ünïcödé 🛩\n`),
    plant("on two lines", (word) => `${word.slice(0, 8)}\n${word.slice(8)}\n`),
    plant("JSON over several lines", (word, mark) => `${JSON.stringify({ at: "now", who: { id: `${mark()} ${word}`, tags: ["a", { b: null }] }, n: 1 }, null, 2)}\n`),
    plant("JSON on one line", (word, mark) => `${JSON.stringify({ msg: `${mark()} first\nsecond ${word}`, path: "C:\\x\t" })}\n`),
    plant("between tabs and empty lines", (word, mark) => `\n\n \t\n${mark()}\t${word}\t\n\n`),
    plant("the beginning of a 1 MB line, and the line behind it", (word, mark) => `${longLine([[0, `${mark()} ${word}`]])}${mark()} ${word}\n`),
    plant("across the pieces of a 1 MB line", (word, mark) => longLine([[0, mark()], [PIECE - 8, word], [3 * PIECE - 3, word]])),
    plant("the last that is kept of a 1 MB line", (word, mark) => longLine([[0, mark()], [LIMIT - word.length, word]])),
    plant("across the cut of a 1 MB line", (word) => longLine([[LIMIT - 8, word]])),
    plant("behind the cut of a 1 MB line", (word) => longLine([[LIMIT, word], [LONG / 2, word], [LONG - 100, word]])),
  ];
}

/** One line at a place that matters for itself. */
export const plantedAt = (where: string): Planted => plant(where, (word, mark) => `${mark()} ${where} ${word}\n`);
