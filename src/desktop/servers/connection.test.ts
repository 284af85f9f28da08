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
      { type: "missed-beat", at: 5, away: "server" },
      { type: "beat" },
    ]).states,
  ).toEqual(["connecting", "verifying", "needs-you", "verifying", "installing", "ready", "silent", "ready"]);
});

test("the list of preparing stays with its times when it has ended, well or not", () => {
  const steps = [{ label: "Start the agent", state: "done" as const, milliseconds: 900, progress: null }];
  const { link } = run([{ type: "began" }, { type: "preparing", steps }]);
  expect(next(link, { type: "ready" }).connection).toEqual({ state: "ready", steps });
  expect(next(link, { type: "failed", nextAt: 0, problem, again: false }).connection).toEqual({ state: "failed", problem, steps });
});

test("a silence says since when and who is away, and tries beside it are nobody's news", () => {
  const { link } = run([{ type: "began" }, { type: "ready" }, { type: "missed-beat", at: 5, away: "server" }]);
  expect(link.connection).toEqual({ state: "silent", since: 5, away: "server" });
  expect(next(link, { type: "failed", nextAt: 9, problem, again: true })).toBe(link);
  expect(next(link, { type: "missed-beat", at: 7, away: "server" })).toBe(link);
  expect(next(link, { type: "missed-beat", at: 7, away: "agent" }).connection).toEqual({ state: "silent", since: 5, away: "agent" });
  expect(next(link, { type: "ready" }).connection).toEqual({ state: "ready" });
});

test("a lost link counts its tries, shows no step of theirs but an installation, and starts over once it was ready", () => {
  let { link, states } = run([
    { type: "began" },
    { type: "ready" },
    { type: "lost", at: 1000 },
    { type: "handshake" },
    { type: "failed", nextAt: 2000, problem, again: true },
    { type: "failed", nextAt: 3000, problem, again: true },
  ]);
  expect([states, link]).toEqual([
    ["connecting", "ready", "reconnecting", "reconnecting", "reconnecting", "reconnecting"],
    { attempt: 3, connection: { state: "reconnecting", attempt: 3, nextAt: 3000, problem } },
  ]);
  expect(next(link, { type: "preparing", steps: [] }).connection.state).toBe("installing");
  link = next(next(link, { type: "ready" }), { type: "lost", at: 0 });
  expect(link).toEqual({ attempt: 1, connection: { state: "reconnecting", attempt: 1, nextAt: 0 } });
});

test("a failure that does not mend itself stays until a person acts", () => {
  const { link } = run([{ type: "began" }, { type: "failed", nextAt: 0, problem, again: false }]);
  expect(link.connection).toEqual({ state: "failed", problem });
  expect(next(link, { type: "began" }).connection.state).toBe("connecting");
});

test("late news changes nothing", () => {
  for (const event of [{ type: "handshake" }, { type: "beat" }, { type: "answered" }, { type: "preparing", steps: [] }, { type: "missed-beat", at: 1, away: "server" }] as LinkEvent[]) {
    expect(next(offline, event)).toBe(offline);
  }
});
