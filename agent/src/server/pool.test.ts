import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import { setImmediate as soon } from "node:timers/promises";
import { expect, test } from "vitest";
import { createPool } from "./pool.ts";

function asking(pool: ReturnType<typeof createPool>, bytes: number, holder: string) {
  const request = new EventEmitter();
  const one = { state: "waits", release: () => {}, goAway: () => void request.emit("close") };
  pool.wait(bytes, holder, request as IncomingMessage).then(
    (release) => Object.assign(one, { state: "has it", release }),
    () => (one.state = "gone"),
  );
  return one;
}

test("one that waits for its own share keeps nobody else waiting, also where the sum has no room for it", async () => {
  const pool = createPool({ sum: 10, each: 6 });
  for (const [bytes, holder] of [[6, "a"], [2, "b"]] as const) expect(pool.take(bytes, holder)).not.toBeNull();
  const [more, other] = [asking(pool, 5, "a"), asking(pool, 2, "c")];
  await soon();
  expect([more.state, other.state]).toEqual(["waits", "has it"]);
});

test("when one that waited goes away, those behind it go on at once", async () => {
  const pool = createPool({ sum: 10, each: 10 });
  const release = pool.take(8, "a")!;
  const [large, small] = [asking(pool, 6, "b"), asking(pool, 2, "c")];
  await soon();
  expect([large.state, small.state]).toEqual(["waits", "waits"]);
  large.goAway();
  await soon();
  expect([large.state, small.state]).toEqual(["gone", "has it"]);
  small.release();
  release();
  expect(pool.take(10, "d")).not.toBeNull();
});
