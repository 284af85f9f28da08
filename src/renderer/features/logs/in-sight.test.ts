import { expect, test } from "vitest";
import { PADDING, rowsAt } from "./in-sight.ts";
import { evenLayout, ROW } from "./layout.ts";

const rows = ({ length = 1000, ...options }: Partial<Parameters<typeof rowsAt>[0]>) => rowsAt({ top: 0, height: 40 * ROW, length, layout: evenLayout({ length, dropped: 0 }), follows: false, ...options });

test("the rows in sight and some beyond are drawn, at the end those of the end", () => {
  expect(rows({})).toEqual({ from: 0, to: 60, whole: 1000 * ROW + 2 * PADDING });
  expect(rows({ top: PADDING + 500 * ROW })).toMatchObject({ from: 480, to: 561 });
  expect(rows({ follows: true })).toMatchObject({ from: 940, to: 1000 });
  // The browser may say so after the list has become shorter.
  expect(rows({ top: 5000 * ROW })).toMatchObject({ from: 1000, to: 1000 });
});

test("a list that is empty, or lower than its box", () => {
  expect([rows({ length: 0 }), rows({ length: 0, follows: true })].map(({ from, to }) => [from, to])).toEqual([[0, 0], [0, 0]]);
  expect([rows({ length: 3 }), rows({ length: 3, follows: true })].map(({ from, to }) => [from, to])).toEqual([[0, 3], [0, 3]]);
});
