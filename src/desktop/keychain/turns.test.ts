import { expect, test } from "vitest";
import { createTurns, Stuck } from "./turns.ts";

const said = (act: Promise<unknown>) => act.catch((error: unknown) => (error instanceof Stuck ? "stuck" : String(error)));

test("a call that hangs is not waited for twice, and holds up nobody once it came back", async () => {
  const turns = createTurns();
  const hung = Promise.withResolvers<string>();
  let begun = 0;
  const first = await said(turns.take(() => ((begun += 1), hung.promise), 20));
  const second = await said(turns.take(async () => ((begun += 1), "never"), 20));
  hung.resolve("late");
  await hung.promise;
  await new Promise((resolve) => setImmediate(resolve));
  expect({ first, second, begun, after: await said(turns.take(async () => "works", 20_000)) }).toEqual({ first: "stuck", second: "stuck", begun: 1, after: "works" });
});

test("calls come one after another", async () => {
  const turns = createTurns();
  const order: string[] = [];
  const slow = turns.take(async () => {
    order.push("begin");
    await new Promise((resolve) => setTimeout(resolve, 10));
    order.push("end");
  }, 5000);
  await Promise.all([slow, turns.take(async () => void order.push("second"), 5000)]);
  expect(order).toEqual(["begin", "end", "second"]);
});
