import { expect, test } from "vitest";
import { createTurns } from "./turns.ts";

test("two at a time, in their order; who gives up takes no turn", async () => {
  const turn = createTurns(2);
  const signal = new AbortController().signal;
  const order: string[] = [];
  const come = async (name: string, until = signal) => {
    const leave = await turn(until);
    order.push(name);
    return leave;
  };
  const [one, two] = await Promise.all([come("one"), come("two")]);
  const stop = new AbortController();
  const gone = come("gone", stop.signal);
  const three = come("three");
  stop.abort(new Error("gave up"));
  await expect(gone).rejects.toThrow("gave up");
  one();
  one();
  (await three)();
  two();
  await Promise.all([come("four"), come("five")]);
  expect(order).toEqual(["one", "two", "three", "four", "five"]);
});
