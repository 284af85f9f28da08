import { expect, test } from "vitest";
import { createShared } from "./shared.ts";

function looks() {
  const begun: { signal: AbortSignal; end: (answer: number) => void }[] = [];
  const shared = createShared<number>((signal) => {
    const { promise, resolve } = Promise.withResolvers<number>();
    begun.push({ signal, end: resolve });
    return promise;
  });
  return { begun, ...shared };
}

test("who asks while it goes on gets the same answer, who asks later a new one", async () => {
  const { begun, ask } = looks();
  const answers = [ask(), ask(), ask()];
  expect(begun).toHaveLength(1);
  begun[0]!.end(7);
  expect(await Promise.all(answers)).toEqual([7, 7, 7]);
  const later = ask();
  begun[1]!.end(8);
  expect([await later, begun.length]).toEqual([8, 2]);
});

test("one who goes away ends it for nobody else; with the last one it ends, and nobody joins it then", async () => {
  const { begun, ask } = looks();
  const [first, second] = [new AbortController(), new AbortController()];
  const answers = [ask(first.signal), ask(second.signal)];
  first.abort(new Error("gone"));
  await expect(answers[0]).rejects.toThrow("gone");
  expect(begun[0]!.signal.aborted).toBe(false);
  second.abort(new Error("gone"));
  await expect(answers[1]).rejects.toThrow("gone");
  expect(begun[0]!.signal.aborted).toBe(true);
  const next = ask();
  begun[1]!.end(1);
  expect(await next).toBe(1);
});

test("what was changed meanwhile is looked at anew", async () => {
  const { begun, ask, forget } = looks();
  const before = ask();
  forget();
  const after = ask();
  begun[0]!.end(1);
  begun[1]!.end(2);
  expect([await before, await after, begun.length]).toEqual([1, 2, 2]);
});
