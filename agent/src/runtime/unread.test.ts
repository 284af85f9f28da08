import { expect, test } from "vitest";
import { DamagedOutput, type OutputLine } from "../docker/output.ts";
import { behind, NOTHING_READ, type Position } from "./position.ts";
import { GAP, linesAfter, type Kept } from "./unread.ts";

const stampOf = (second: number) => new Date(second * 1000).toISOString().replace("Z", "000000Z");
const line = (second: number): OutputLine => ({ stamp: stampOf(second), stream: "out", text: String(second) });
const at = (...seconds: number[]): Position => seconds.map(stampOf).reduce(behind, NOTHING_READ);

/** Lines by their seconds; null: a part that cannot be read. */
function keeping(said: (number | null)[]): Kept {
  return {
    async *read(tail = said.length) {
      for (const one of said.slice(-tail)) {
        if (one === null) throw new DamagedOutput("invalid character");
        yield [line(one)];
      }
    },
    readable: async () => said.length - 1 - said.lastIndexOf(null),
    most: Number.POSITIVE_INFINITY,
  };
}
async function told(kept: Kept, position: Position, about = 3) {
  const all = [];
  for await (const one of linesAfter(kept, position, about)) all.push(...(one === GAP ? ["gap"] : one.map(({ text }) => Number(text))));
  return all;
}
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

test.each([
  ["near its end", upTo(100), at(98), [99, 100]],
  ["far back", upTo(100), at(2), upTo(100).slice(2)],
  ["at its end", upTo(100), at(100), []],
  ["at the only line", [5], at(5), []],
  ["not yet anywhere", upTo(4), NOTHING_READ, upTo(4)],
  ["before a clock that was set back", [50, 51, 1, 2], at(51), [1, 2]],
])("a reader that stands %s is told the rest", async (_, said, position, rest) => {
  expect(await told(keeping(said), position)).toEqual(rest);
});

test("what is no longer kept is said before the rest", async () => {
  expect(await told(keeping(upTo(20).slice(9)), at(5))).toEqual(["gap", ...upTo(20).slice(9)]);
});

test("behind a damaged part it goes on, and says so once", async () => {
  const kept = keeping([1, 2, null, 4, 5]);
  expect([await told(kept, at(2), 100), kept.most]).toEqual([["gap", 4, 5], 2]);
  expect([await told(kept, at(4)), await told(kept, at(5)), await told(keeping([1, null]), at(1))]).toEqual([[5], [], ["gap"]]);
});
