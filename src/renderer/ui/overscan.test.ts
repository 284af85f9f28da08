import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { whenIdle } from "./overscan.ts";

test("where nothing tells of idle moments it is done in the next one, unless it is called off", async () => {
  const done: string[] = [];
  whenIdle(() => done.push("first"));
  whenIdle(() => done.push("second"))();
  whenIdle(() => done.push("third"));
  expect(done).toEqual([]);
  await pause(20);
  expect(done).toEqual(["first", "third"]);
});
