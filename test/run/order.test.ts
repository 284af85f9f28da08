import { expect, test } from "vitest";
import { none } from "./counts.ts";
import { runInOrder } from "./order.ts";
import type { Step } from "./steps.ts";

/** Steps that end when they are told to, and what has begun and ended so far. */
function staged(...names: string[]) {
  const events: string[] = [];
  const ends = new Map<string, () => void>();
  const steps = names.map((name): Step => ({
    name,
    beside: !name.startsWith("alone"),
    run: async () => {
      events.push(`${name} begins`);
      await new Promise<void>((resolve) => ends.set(name, resolve));
      events.push(`${name} ends`);
      return { ...none, passed: 1 };
    },
  }));
  const end = async (name: string) => {
    await expect.poll(() => ends.has(name)).toBe(true);
    ends.get(name)!();
    await expect.poll(() => events.includes(`${name} ends`)).toBe(true);
    // Whoever was waiting for it begins.
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { steps, events, end };
}

test("two at a time run beside each other, and one that may not runs by itself", async () => {
  const { steps, events, end } = staged("alone 1", "a", "b", "c", "alone 2");
  const run = runInOrder(steps, new AbortController().signal, 2);
  for (const name of ["alone 1", "b", "c", "a", "alone 2"]) await end(name);
  expect((await run).length).toBe(5);
  expect(events).toEqual([
    ...["alone 1 begins", "alone 1 ends"],
    ...["a begins", "b begins", "b ends", "c begins", "c ends", "a ends"],
    ...["alone 2 begins", "alone 2 ends"],
  ]);
});

test("one that fails does not hide the others; after a stop none begins", async () => {
  const stop = new AbortController();
  const { steps, events, end } = staged("a", "b", "c");
  steps[0]!.run = async () => {
    throw new Error("no");
  };
  const run = runInOrder(steps, stop.signal, 2);
  await end("b");
  stop.abort();
  await end("c");
  expect((await run).map(({ passed, failed }) => [passed, failed])).toEqual([
    [0, 1],
    [1, 0],
    [1, 0],
  ]);
  expect(events).toEqual(["b begins", "c begins", "b ends", "c ends"]);
  expect(await runInOrder(steps, stop.signal, 2)).toEqual([]);
});

test("what two steps say does not mix", async () => {
  const shown: string[] = [];
  const write = process.stdout.write;
  process.stdout.write = ((text: string) => shown.push(text)) as never;
  try {
    const wordy = (name: string): Step => ({
      name,
      beside: true,
      run: async (_, say) => {
        say(`${name} 1\n`);
        await new Promise((resolve) => setImmediate(resolve));
        say(`${name} 2\n`);
        return none;
      },
    });
    await runInOrder([wordy("a"), wordy("b")], new AbortController().signal, 2);
  } finally {
    process.stdout.write = write;
  }
  const lines = shown.join("").split("\n").filter((line) => /^[ab] \d$/.test(line));
  expect([lines.length, lines.join().replace(/b 1,b 2/, "").replace(/a 1,a 2/, "")]).toEqual([4, ","]);
});

test("of steps beside each other each is named when it begins, so that one that hangs is known", async () => {
  const shown: string[] = [];
  const write = process.stdout.write;
  process.stdout.write = ((text: string) => shown.push(text)) as never;
  try {
    const { steps, end } = staged("a", "b");
    const run = runInOrder(steps, new AbortController().signal, 2);
    await end("a");
    expect(shown.join("")).toContain("== b begins");
    await end("b");
    await run;
  } finally {
    process.stdout.write = write;
  }
});
