import { describe, type Check } from "@aeroplane/agent/contract";
import { expect, test } from "vitest";
import { reportText, withoutPlaces } from "./report.ts";
import { inGroups, toneOf, troubles } from "./summary.ts";

const check = (state: Check["state"], over: Partial<Check> = {}): Check => ({ id: "x", group: "docker", title: "Docker answers", state, detail: null, problem: null, commands: [], fix: null, ...over });

test("a summary counts what is to be done, the worst first", () => {
  const checks = [check("ok"), check("warn"), check("fail"), check("warn"), check("unknown")];
  expect([troubles(checks), toneOf(checks), troubles([check("ok")]), toneOf([check("ok")]), toneOf([check("unknown")])]).toEqual([
    "1 failure, 2 warnings, 1 check without an answer",
    "bad",
    null,
    "ok",
    "idle",
  ]);
  // One whose state nobody here has heard of is not fine.
  expect([troubles([check("ok"), check("thawing")]), troubles([check("fail"), check("thawing"), check("constructor")]), toneOf([check("ok"), check("thawing")])]).toEqual([
    "1 check whose state this app does not know",
    "1 failure, 2 checks whose state this app does not know",
    "idle",
  ]);
  expect(inGroups([check("ok", { group: "web" }), check("ok", { group: "agent" })]).map(([group]) => group)).toEqual(["agent", "web"]);
});

test("a report names neither the server nor its address, and no credentials", () => {
  const problem = { ...describe("DOCKER_UNAVAILABLE", { why: "ECONNREFUSED" }), detail: "proxy http://ada:hunter2@proxy.test:3128\nfra-1 at 203.0.113.20 and 2001:db8:0:1::1" };
  const text = reportText({ at: 0, milliseconds: 1, checks: [check("fail", { detail: "on fra-1.example.com", problem })] }, "0.1.0", ["fra-1.example.com", "fra-1", ""]);
  expect(text).toBe(
    [
      "Aeroplane doctor, agent 0.1.0, 1970-01-01T00:00:00.000Z",
      "1 failure",
      "",
      "Docker",
      "  fail    Docker answers: on (server)",
      "          DOCKER_UNAVAILABLE: Docker does not answer on this server: ECONNREFUSED.",
      "          | proxy http://•••@proxy.test:3128",
      "          | (server) at (address) and (address)",
    ].join("\n"),
  );
  expect(withoutPlaces("0.29.1 · 28.5.2 · 12:04:42Z · 127.0.0.1", [])).toBe("0.29.1 · 28.5.2 · 12:04:42Z · 127.0.0.1");
});
