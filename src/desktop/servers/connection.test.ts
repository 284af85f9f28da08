import { describe as describeProblem } from "@aeroplane/agent/contract";
import { expect, test } from "vitest";
import { next, offline, type Link, type LinkEvent } from "./connection.ts";

const problem = describeProblem("CONNECTION_REFUSED", { address: "a", port: 22 });
const run = (events: LinkEvent[], from: Link = offline) => {
  const states: string[] = [];
  let link = from;
  for (const event of events) {
    link = next(link, event);
    states.push(link.connection.state);
  }
  return { states, link };
};

test("a first connection, with a question and a preparation", () => {
  expect(
    run([
      { type: "began" },
      { type: "handshake" },
      { type: "asking", promptId: "p" },
      { type: "answered" },
      { type: "preparing", steps: [] },
      { type: "ready" },
      { type: "missed-beat", at: 5 },
      { type: "beat" },
    ]).states,
  ).toEqual(["connecting", "verifying", "needs-you", "verifying", "installing", "ready", "silent", "ready"]);
});

test("a lost link is tried again with growing waits, which start over once it was ready", () => {
  let { link } = run([{ type: "began" }, { type: "ready" }]);
  const waits: number[] = [];
  for (let at = 0; waits.length < 10; at += 100_000) {
    link = next(link, waits.length === 0 ? { type: "lost", at } : { type: "failed", at, problem, again: true });
    if (link.connection.state !== "reconnecting") throw new Error(link.connection.state);
    waits.push((link.connection.nextAt - at) / 1000);
    link = next(link, { type: "began" });
  }
  expect(waits).toEqual([1, 2, 5, 5, 10, 10, 10, 30, 30, 30]);
  link = next(next(link, { type: "ready" }), { type: "lost", at: 0 });
  expect(link).toEqual({ attempt: 1, connection: { state: "reconnecting", attempt: 1, nextAt: 1000 } });
});

test("a failure that does not mend itself stays until a person acts", () => {
  const { link } = run([{ type: "began" }, { type: "failed", at: 0, problem, again: false }]);
  expect(link.connection).toEqual({ state: "failed", problem });
  expect(next(link, { type: "began" }).connection.state).toBe("connecting");
});

test("late news changes nothing", () => {
  for (const event of [{ type: "handshake" }, { type: "beat" }, { type: "answered" }, { type: "preparing", steps: [] }, { type: "missed-beat", at: 1 }] as LinkEvent[]) {
    expect(next(offline, event)).toBe(offline);
  }
});
