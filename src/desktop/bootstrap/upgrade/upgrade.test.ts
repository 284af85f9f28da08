import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROTOCOL_VERSION, type Hello } from "@aeroplane/agent/contract";
import { expect, test } from "vitest";
import type { WantedPart } from "../plan.ts";
import { languageFailure, newerNotice } from "./newer.ts";
import { planFolder, plansOf, REFUSED } from "./switch.ts";
import { othersThan, readOutcome, undone, startOf, wishFor } from "./upgrade.ts";
import { agentOfUnit, isNewer, partsOfUnit, withLogin } from "./version.ts";

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

test("other parts of the same agent are tried as another agent is, and said by their names", () => {
  const places = (node: string, caddy: string) => `[Service]\nExecStart=/opt/aeroplane/parts/${node}/node /opt/aeroplane/parts/${folder("1.0.0", "a")}/agent.mjs serve --data-dir /d --socket /run/aeroplane/root.sock:root --caddy /opt/aeroplane/parts/${caddy}/caddy\n`;
  const old = places("node-24.22.0-111111111111", "caddy-2.11.3-222222222222");
  const own = { agent: places("node-24.22.3-333333333333", "caddy-2.11.4-444444444444"), caddy: "own" };
  const found = { agentUnit: old, caddyUnit: "caddy", login: "root", systemd: true };
  const parts: WantedPart[] = [part("1.0.0", "a"), { name: "node", file: "node", version: "24.22.3", sha256: "3".repeat(64), path: "/x" }, { name: "caddy", file: "caddy", version: "2.11.4", sha256: "4".repeat(64), path: "/x" }];
  expect([partsOfUnit(old), startOf(own, "1.0.0", found), startOf(own, "1.0.0", { ...found, systemd: false }), startOf(own, "1.0.0", { ...found, agentUnit: own.agent })]).toEqual([
    ["caddy-2.11.3-222222222222", "node-24.22.0-111111111111"],
    { by: "trial", from: "1.0.0" },
    { by: "start", units: own },
    { by: "start", units: own },
  ]);
  expect([othersThan(old, parts), othersThan(own.agent, parts)]).toEqual(["Node 24.22.3 and Caddy 2.11.4", ""]);
});

test("a plan is named after all that it brings", () => {
  const other = (name: "caddy" | "node", version: string, letter: string): WantedPart => ({ name, file: name, version, sha256: letter.repeat(64), path: "/x" });
  const plan = [part("1.0.0", "a"), other("node", "24.22.3", "3"), other("caddy", "2.11.4", "4")];
  const names = [plan, plan.toReversed(), [...plan.slice(0, 2), other("caddy", "2.11.9", "9")], [part("1.0.0", "b"), ...plan.slice(1)]].map(planFolder);
  expect([names[0] === names[1], new Set(names).size, names.map((name) => name.startsWith(plansOf(part("1.0.0", "a"))))]).toEqual([true, 3, [true, true, true, false]]);
});

test("plans that were refused are found by their agent alone", async () => {
  const home = mkdtempSync(join(tmpdir(), "aeroplane-plans-"));
  const begin = join(home, "agent-1.");
  for (const [name, result] of [["agent-1.a", "undone\nwhy\n"], ["agent-1.b", "kept\n"], ["agent-1.c", "undone\n"], ["agent-2.a", "undone\n"]] as const) {
    mkdirSync(join(home, name));
    writeFileSync(join(home, name, "result"), result);
  }
  mkdirSync(`${begin}begun`);
  const found = execFileSync("sh", ["-c", REFUSED, "sh", begin], { encoding: "utf8" });
  rmSync(home, { recursive: true });
  expect(found.split("\n").filter(Boolean)).toEqual([`${begin}a`, `${begin}c`]);
});

test("what a switch came to, in words", () => {
  const outcome = readOutcome({ stdout: "undone\nit did not answer within 30 s.\nlast words\nof it\n" });
  expect(outcome).toEqual({ state: "undone", why: "it did not answer within 30 s.", detail: "last words\nof it\n" });
  expect(undone("1.0.0", "1.1.0", { why: "it did not answer within 30 s.", detail: "" }).message).toBe("The upgrade of the agent from 1.0.0 to 1.1.0 was undone: it did not answer within 30 s.");
  expect([readOutcome({ stdout: "kept\n" }), readOutcome({ stdout: "" }), readOutcome({ stdout: "undone\n" })]).toEqual([{ state: "kept" }, { state: "none" }, { state: "undone", why: "it gave no reason", detail: "" }]);
});

test("a newer agent is told of; other protocols are refused with the side to update", () => {
  const hello = (agentVersion: string, protocolVersion = PROTOCOL_VERSION) => ({ instanceId: "0198c0de-0000-7000-8000-000000000001", agentVersion, protocolVersion, nodeVersion: "24", hostname: "web-1", os: "none", arch: "x64", httpPort: 80, startedAt: 1, startsAtBoot: true, trial: false }) satisfies Hello;
  expect([newerNotice(hello("1.0.0"), "1.0.0"), newerNotice(hello("1.1.0"), "1.0.0")?.message]).toEqual([null, "The agent 1.1.0 on web-1 is newer than this app 1.0.0."]);
  expect([
    languageFailure(hello("1.1.0"), "1.0.0"),
    languageFailure(hello("2.0.0", PROTOCOL_VERSION + 1), "1.0.0")?.problem.code,
    languageFailure(hello("0.1.0", PROTOCOL_VERSION - 1), "1.0.0")?.problem.code,
    languageFailure({ ...hello("1.1.0"), me: { role: "of-later", name: null, personId: null }, ofLater: true } as Hello, "1.0.0"),
    // The list of all servers is checked as one: who cannot be shown must not come into it.
    languageFailure({ ...hello("1.1.0"), httpPort: "any" } as never, "1.0.0")?.problem.code,
    languageFailure({} as Hello, "1.0.0")?.problem.code,
  ]).toEqual([null, "APP_TOO_OLD", "AGENT_TOO_OLD", null, "AGENT_UNREADABLE", "AGENT_UNREADABLE"]);
});
