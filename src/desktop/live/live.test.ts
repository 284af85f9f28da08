import { expect, test } from "vitest";
import { createLive } from "./live.ts";

test("a watcher gets the newest value at once, then after changes, and may skip those in between", async () => {
  const live = createLive(0);
  const watcher = live.watch();
  const first = await watcher.next();
  live.set(1);
  live.set(1);
  live.set(2);
  const second = await watcher.next();
  const waiting = watcher.next();
  live.update((value) => value + 1);
  expect([first.value, second.value, (await waiting).value]).toEqual([0, 2, 3]);
  await watcher.return(undefined);
});

test("a signal ends a waiting watcher", async () => {
  const live = createLive("a");
  const controller = new AbortController();
  const watcher = live.watch(controller.signal);
  await watcher.next();
  const waiting = watcher.next();
  controller.abort();
  expect(await waiting).toEqual({ value: undefined, done: true });
});
