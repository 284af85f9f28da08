import { expect, test } from "vitest";
import type { Row } from "./dividers.ts";
import { createWrapping, linesOf, ROW } from "./layout.ts";
import { createRows } from "./rows.ts";

const row = (text: string, number = 0): Row => ({ number, line: { at: 0, stream: "out", from: "r", text } });

test.each([
  ["", 1],
  ["0123456789", 1],
  ["0123456789a", 2],
  ["\u001b[31m0123456789\u001b[0m", 1],
  ["a\tb", 1],
  ["12345678\tb", 2],
  ["日本語日本", 1],
  ["日本語日本語", 2],
])("%j needs %i lines of ten columns", (text, lines) => {
  expect(linesOf(row(text), 10)).toBe(lines);
});

test("rows stand where those before them end, while the list grows at both ends and loses its beginning", () => {
  const rows = createRows<Row>();
  const layoutOf = createWrapping();
  const texts: string[] = [];
  let lost = 0;
  const look = () => layoutOf("list", rows.view(), 10);
  const holds = () => {
    const { whole, topOf, heightOf, indexAt } = look();
    const heights = texts.map((text) => Math.max(1, Math.ceil(text.length / 10)) * ROW);
    let top = 0;
    for (const [index, height] of heights.entries()) {
      expect([topOf(index), heightOf(index), indexAt(top), indexAt(top + height - 1)]).toEqual([top, height, index, index]);
      top += height;
    }
    expect([whole, indexAt(top + 1000)]).toEqual([top, texts.length]);
  };
  const push = (text: string) => (rows.push(row(text)), texts.push(text));
  holds();
  for (let count = 0; count < 30; count += 1) push("x".repeat((count * 7) % 45));
  holds();
  const before = look().origin;
  rows.drop(4);
  const gone = texts.splice(0, 4).reduce((sum, text) => sum + Math.max(1, Math.ceil(text.length / 10)), 0);
  holds();
  expect(look().origin - before).toBe(gone * ROW);
  const earlier = ["y".repeat(25), "y"];
  rows.prepend(earlier.map((text) => row(text)));
  texts.unshift(...earlier);
  holds();
  expect(look().origin - before).toBe((gone - 4) * ROW);
  for (; lost < 50_000; lost += 1) {
    push("z".repeat(lost % 30));
    rows.drop(1);
    texts.shift();
    if (lost % 5000 === 0) look();
  }
  holds();
});
