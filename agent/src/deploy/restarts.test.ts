import { expect, test } from "vitest";
import { policyOf, rests, staysEnded } from "./restarts.ts";

const of = (restart?: string) => ({ config: { restart } as never });

test("Docker is told what the settings say, and a word of a newer agent is no reason to leave a service down", () => {
  expect([undefined, "always", "onFailure", "never", "of-later", "constructor"].map((word) => policyOf(of(word)))).toEqual(["unless-stopped", "unless-stopped", "on-failure", "no", "unless-stopped", "unless-stopped"]);
});

test("what ended stays so by its settings and its exit code; what never began does not", () => {
  const codes = (restart?: string) => [0, 1, null].map((code) => staysEnded(of(restart), code));
  expect([codes(), codes("onFailure"), codes("never")]).toEqual([[false, false, false], [true, false, false], [true, true, true]]);
  const facts = { running: false, restarting: false, startedAt: 1, exitCode: 0 };
  const never = (change: object) => rests(of("never"), { ...facts, ...change });
  expect([never({}), never({ running: true }), never({ restarting: true }), never({ startedAt: Date.parse("0001-01-01T00:00:00Z") })]).toEqual([true, false, false, false]);
});
