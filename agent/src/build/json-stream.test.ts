import { expect, test } from "vitest";
import { createPieces, type Piece } from "./json-stream.ts";

const entry = (text: string) => ({ vertex: "sha256:a", stream: 1, data: Buffer.from(text).toString("base64"), timestamp: "2026-11-30T04:45:00.1Z" });
const vertex = { digest: "sha256:a", name: 'says "logs":[{ and \\ and }' };

/** Objects put together again: entries may come one by one. */
function told(pieces: Iterable<Piece>): unknown[] {
  return [...pieces].flatMap((piece) => {
    if ("text" in piece) return [piece.text];
    const { logs = [], ...rest } = piece.object as { logs?: { data: string }[] };
    return [...(Object.keys(rest).length > 0 ? [rest] : []), ...logs.map(({ data }) => Buffer.from(data, "base64").toString())];
  });
}
function cutBy(size: number, text: string): unknown[] {
  const pieces = createPieces();
  const all: Piece[] = [];
  for (let at = 0; at < text.length; at += size) all.push(...pieces.push(text.slice(at, at + size)));
  return told([...all, ...pieces.end()]);
}
const whole = (value: object) => `${JSON.stringify(value)}\n`;

test("entries of a log are given out as they come, and the same bytes say the same however they are cut", () => {
  const text = [
    whole({ vertexes: [vertex], logs: [entry("one\n"), entry("two\n")], warnings: [{ level: 1, short: "d2Fybg==" }] }),
    "a word of buildx\n",
    whole({ logs: Array.from({ length: 500 }, (_, at) => entry(`${at}\n`)) }),
    whole({ logs: [] }),
    `${JSON.stringify({ vertexes: [vertex], logs: [entry("indented\n")] }, null, 2)}\n`,
    '{"logs":[{"broken":}]}\n',
    "}\n",
    JSON.stringify({ logs: [entry("without an end of the line\n")] }),
  ].join("");
  const expected = cutBy(text.length, text);
  expect(expected.slice(0, 6)).toEqual([{ vertexes: [vertex] }, "one\n", "two\n", { warnings: [{ level: 1, short: "d2Fybg==" }] }, "a word of buildx\n".trim(), "0\n"]);
  expect([expected.includes("499\n"), expected.includes("indented\n")]).toEqual([true, true]);
  for (const size of [1, 7, 1000]) expect(cutBy(size, text)).toEqual(expected);
});

test("of a line that has not ended its whole entries are told, and what a killed writer left of the next is not", () => {
  const line = whole({ vertexes: [vertex], logs: [entry("one\n"), entry("two\n")] });
  const pieces = createPieces();
  const first = line.slice(0, line.indexOf(',{"vertex"') + 30);
  expect(told(pieces.push(first))).toEqual([{ vertexes: [vertex] }, "one\n"]);
  expect(pieces.end()).toEqual([]);
  expect(told(pieces.push(line))).toEqual([{ vertexes: [vertex] }, "one\n", "two\n"]);
});
