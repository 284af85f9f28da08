import { expect, test } from "vitest";
import { createFakeClock } from "../jobs/entry.fixture.ts";
import { createLine } from "../jobs/line.ts";
import { claim } from "../jobs/index.ts";
import { createLooks } from "./looks.ts";
import { createLoop } from "./loop.ts";

const claimsOf = (serviceId: string) => (serviceId === "gone" ? null : [claim.process({ projectId: "p", environmentId: "e", serviceId }, "X")]);

function setUp() {
  const line = createLine();
  const told: string[] = [];
  const ends = new Map<string, () => void>();
  let free = () => {};
  const looks = createLooks({
    jobs: { hold: line.hold, onFree: (listener) => (free = listener) },
    keyOf: (serviceId) => serviceId,
    claimsOf,
    mend(serviceId) {
      told.push(serviceId);
      return new Promise((resolve) => ends.set(serviceId, resolve));
    },
  });
  const end = async (serviceId: string) => {
    ends.get(serviceId)!();
    await new Promise(setImmediate);
  };
  return { line, looks, told, end, free: () => free() };
}

test("one that takes long holds up no other", async () => {
  const { looks, told, end } = setUp();
  for (const id of ["drains", "web", "gone"]) looks.look(id);
  await end("web");
  looks.look("web");
  expect(told).toEqual(["drains", "web", "web"]);
});

test("what is told of a service while it is looked after leads to another look, once", async () => {
  const { looks, told, end } = setUp();
  for (const id of ["web", "web", "web"]) looks.look(id);
  await end("web");
  expect(told).toEqual(["web", "web"]);
  await end("web");
  expect(told).toEqual(["web", "web"]);
});

test("where a job is at work the service is left, and looked at again when the job gives it back", async () => {
  const { line, looks, told, free } = setUp();
  const release = line.hold(claimsOf("web")!)!;
  looks.look("web");
  free();
  expect(told).toEqual([]);
  release();
  free();
  expect(told).toEqual(["web"]);
});

test("a wake-up during a pass leads to another pass, and silence to one after its time", async () => {
  const clock = createFakeClock();
  const stop = new AbortController();
  const passes: (() => void)[] = [];
  const loop = createLoop({ clock, everyMs: 60_000, signal: stop.signal, pass: () => new Promise((resolve) => passes.push(resolve)) });
  const ended = loop.run();
  loop.wake();
  loop.wake();
  passes[0]!();
  await clock.settled();
  expect(passes.length).toBe(2);
  passes[1]!();
  await clock.forward(59_000);
  expect(passes.length).toBe(2);
  await clock.forward(1000);
  expect(passes.length).toBe(3);
  passes[2]!();
  await clock.settled();
  loop.wake();
  await clock.settled();
  expect(passes.length).toBe(4);
  stop.abort();
  passes[3]!();
  await ended;
});
