import { expect, test } from "vitest";
import { follow } from "./follow.ts";

const LAST = 200;

/** A stream that breaks wherever it is told to: while it is opened, between two batches, or by ending without a word. */
function breaking(breaks: Iterator<"open" | "middle" | "end" | "hold">) {
  const opened: (string | undefined)[] = [];
  return {
    opened,
    async open(after: string | undefined) {
      opened.push(after);
      const how = breaks.next().value ?? "never";
      if (how === "open") throw new Error("SERVER_OFFLINE");
      return (async function* () {
        for (let item = Number(after ?? 0) + 1; item <= LAST; item += 1) {
          if (item % 7 === 0 && how === "middle") throw new Error("ECONNRESET");
          if (item % 5 === 0 && how === "end") return;
          yield { cursor: String(item), item, ended: item === LAST };
        }
      })();
    },
  };
}

function* shuffled(rounds: number) {
  for (let round = 0; round < rounds; round += 1) yield (["open", "middle", "end", "open", "open"] as const)[(round * 7) % 5]!;
}

test("every item comes once and in order, however often the stream breaks", async () => {
  const stream = breaking(shuffled(40));
  const items: number[] = [];
  let resumed = 0;
  await follow({ open: stream.open, onBatch: ({ item }) => items.push(item), onResumed: () => (resumed += 1), signal: new AbortController().signal, rests: [0] });
  expect(items).toEqual(Array.from({ length: LAST }, (_, index) => index + 1));
  expect(stream.opened.length).toBeGreaterThan(20);
  expect(resumed).toBeGreaterThan(10);
});

test("a failure that will not pass ends it, and so does a reader that leaves", async () => {
  const left = new AbortController();
  const gone = breaking([..."x"].map(() => "open" as const)[Symbol.iterator]());
  await follow({ open: gone.open, onBatch: () => {}, isLasting: () => true, signal: left.signal, rests: [0] });
  expect(gone.opened).toEqual([undefined]);
  const endless = breaking((function* () { for (;;) yield "open" as const; })());
  const reading = follow({ open: endless.open, onBatch: () => {}, signal: left.signal, rests: [5] });
  setTimeout(() => left.abort(), 30);
  await reading;
  expect(endless.opened.length).toBeGreaterThan(1);
});
