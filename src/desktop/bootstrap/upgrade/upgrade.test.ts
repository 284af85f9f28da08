import { PROTOCOL_VERSION, type Hello } from "@aeroplane/agent/contract";
import { expect, test } from "vitest";
import type { WantedPart } from "../plan.ts";
import { languageFailure, newerNotice } from "./newer.ts";
import { readOutcome, undone, startOf, wishFor } from "./upgrade.ts";
import { agentOfUnit, isNewer, withLogin } from "./version.ts";

const part = (version: string, letter: string): WantedPart => ({ name: "agent", file: "agent.mjs", version, sha256: letter.repeat(64), path: "/x" });
const folder = (version: string, letter: string) => `agent-${version}-${letter.repeat(12)}`;
const unit = (version: string, letter: string, logins = ["root"]) =>
  `[Service]\nExecStart=/opt/aeroplane/parts/node-24-000000000000/node /opt/aeroplane/parts/${folder(version, letter)}/agent.mjs serve --data-dir /var/lib/aeroplane ${logins.map((login) => `--socket /run/aeroplane/${login}.sock:${login} `).join("")}--caddy /c\n`;

test("versions are numbers, not words", () => {
  const pairs = [["0.10.0", "0.9.9"], ["1.0.0", "1.0.0"], ["1.0.0", "1.0.0-rc.1"], ["1.0.0-rc.2", "1.0.0-rc.1"], ["1.0.0-rc.1", "1.0.0"], ["2.0.0", "10.0.0"], ["1.2.3+5", "1.2.3"]];
  expect(pairs.map(([left, right]) => isNewer(left!, right!))).toEqual([true, false, true, true, false, false, false]);
});

test("newest wins, and another build of one version is brought once", () => {
  const wish = (answers: string, standing: string, own: WantedPart, sent: string[]) => wishFor({ agentVersion: answers }, { version: own.version, agent: own }, { parts: sent, agentUnit: standing });
  expect({
    newer: wish("1.1.0", unit("1.1.0", "b"), part("1.0.0", "a"), []),
    same: wish("1.0.0", unit("1.0.0", "a"), part("1.0.0", "a"), [folder("1.0.0", "a")]),
    older: wish("0.9.0", unit("0.9.0", "c"), part("1.0.0", "a"), []),
    "older, and this one was sent before": wish("0.9.0", unit("0.9.0", "c"), part("1.0.0", "a"), [folder("1.0.0", "a")]),
    "another build": wish("1.0.0", unit("1.0.0", "b"), part("1.0.0", "a"), [folder("1.0.0", "b")]),
    "another build that came after this one": wish("1.0.0", unit("1.0.0", "b"), part("1.0.0", "a"), [folder("1.0.0", "a"), folder("1.0.0", "b")]),
  }).toEqual({ newer: "keep", same: "keep", older: "upgrade", "older, and this one was sent before": "upgrade", "another build": "upgrade", "another build that came after this one": "keep" });
});

test("another agent is replaced by a trial only, and a newer one not at all", () => {
  const found = { agentUnit: unit("1.1.0", "b"), caddyUnit: "caddy", login: "deploy", systemd: true };
  const own = { agent: unit("1.2.0", "a", ["deploy"]), caddy: "own" };
  expect({
    first: startOf(own, "1.2.0", { ...found, agentUnit: "" }),
    same: startOf(own, "1.2.0", { ...found, agentUnit: unit("1.2.0", "a") }),
    older: startOf(own, "1.2.0", found),
    "older, without systemd": startOf(own, "1.2.0", { ...found, systemd: false }),
    newer: startOf({ ...own, agent: unit("1.0.0", "a") }, "1.0.0", found),
  }).toEqual({
    first: { by: "start", units: own },
    same: { by: "start", units: own },
    older: { by: "trial", from: "1.1.0" },
    "older, without systemd": { by: "start", units: own },
    newer: { by: "start", units: { agent: unit("1.1.0", "b", ["deploy", "root"]), caddy: "caddy" } },
  });
  expect([withLogin(unit("1.0.0", "a"), "root"), agentOfUnit(unit("1.0.0-rc.1", "a")), agentOfUnit("ExecStart=/bin/true")]).toEqual([
    unit("1.0.0", "a"),
    { folder: folder("1.0.0-rc.1", "a"), version: "1.0.0-rc.1" },
    null,
  ]);
});

test("what a switch came to, in words", () => {
  const outcome = readOutcome({ stdout: "undone\nit did not answer within 30 s.\nlast words\nof it\n" });
  expect(outcome).toEqual({ state: "undone", why: "it did not answer within 30 s.", detail: "last words\nof it\n" });
  expect(undone("1.0.0", "1.1.0", { why: "it did not answer within 30 s.", detail: "" }).message).toBe("The upgrade of the agent from 1.0.0 to 1.1.0 was undone: it did not answer within 30 s.");
  expect([readOutcome({ stdout: "kept\n" }), readOutcome({ stdout: "" }), readOutcome({ stdout: "undone\n" })]).toEqual([{ state: "kept" }, { state: "none" }, { state: "undone", why: "it gave no reason", detail: "" }]);
});

test("a newer agent is told of; other protocols are refused with the side to update", () => {
  const hello = (agentVersion: string, protocolVersion = PROTOCOL_VERSION) => ({ agentVersion, protocolVersion, hostname: "web-1" }) as Hello;
  expect([newerNotice(hello("1.0.0"), "1.0.0"), newerNotice(hello("1.1.0"), "1.0.0")?.message]).toEqual([null, "The agent 1.1.0 on web-1 is newer than this app 1.0.0."]);
  expect([
    languageFailure(hello("1.1.0"), "1.0.0"),
    languageFailure(hello("2.0.0", PROTOCOL_VERSION + 1), "1.0.0")?.problem.code,
    languageFailure(hello("0.1.0", PROTOCOL_VERSION - 1), "1.0.0")?.problem.code,
  ]).toEqual([null, "APP_TOO_OLD", "AGENT_TOO_OLD"]);
});
