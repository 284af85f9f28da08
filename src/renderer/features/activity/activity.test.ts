import { FIXES, type AuditRow } from "@aeroplane/agent/contract";
import { expect, test } from "vitest";
import { fileName, toCsv, toJson } from "./export.ts";
import { whatOf, whoOf } from "./words.ts";

const row = (over: Partial<AuditRow> = {}): AuditRow => ({
  id: "0197a000-000b-7000-8000-000000000001",
  at: Date.UTC(2026, 0, 2, 3, 4, 5),
  login: "deploy",
  person: null,
  personId: null,
  fingerprint: "SHA256:x",
  desktop: "laptop",
  procedure: "deployments.start",
  subject: "web in shop",
  input: "{}",
  outcome: "ok",
  problem: null,
  ...over,
});

test("every click of the doctor has words", () => {
  const bare = FIXES.filter((id) => whatOf({ procedure: "doctor.fix", subject: id, outcome: "ok" }).includes(id));
  expect(bare).toEqual([]);
});

test("a line says in words what was done, and by whom", () => {
  const what = (procedure: string, subject: string | null, outcome: AuditRow["outcome"] = "ok") => whatOf({ procedure, subject, outcome });
  expect([
    what("deployments.start", "web in shop"),
    what("deployments.start", "web in shop", "running"),
    what("deployments.start", "web in shop", "failed"),
    what("variables.change", null, "failed"),
    what("agent.started", "0.1.0"),
    what("doctor.fix", "clock.sync"),
    what("doctor.fix", "clock.sync", "failed"),
    what("doctor.fix", "clock.sync", "thawing"),
    what("doctor.fix", "constructor"),
    what("rooms.of-later", "x"),
    whoOf({ login: "root", person: null }),
    whoOf({ login: "aeroplane", person: "Grace" }),
    whoOf({ login: null, person: null }),
  ]).toEqual([
    "Deployed web in shop",
    "Deploying web in shop",
    "Could not deploy web in shop",
    "Could not change variables of something that is gone",
    "The agent started (0.1.0)",
    "Switched time synchronisation on",
    "Could not switch time synchronisation on",
    "Began to mend (thawing) clock.sync",
    "Mended constructor",
    "rooms.of-later x",
    "root",
    "Grace",
    "the agent",
  ]);
});

test("a table holds quotes, line ends and no formula", () => {
  const text = toCsv([row({ desktop: '=HYPERLINK("http://x")', subject: "a\nb, c" })]);
  expect(text.split("\r\n")[0]).toBe("at,what,outcome,login,person,fingerprint,desktop,procedure,subject,code,message,input,id");
  expect(text).toContain(`"'=HYPERLINK(""http://x"")"`);
  expect(text).toContain('"a\nb, c"');
});

test("as JSON the input is a value, or the text it was cut to", () => {
  const [whole, cut] = JSON.parse(toJson([row({ input: '{"name":"web"}' }), row({ input: '{"name":"we' })])) as { input: unknown; at: string }[];
  expect([whole!.input, cut!.input, whole!.at]).toEqual([{ name: "web" }, '{"name":"we', "2026-01-02T03:04:05.000Z"]);
  expect(fileName("Größe 1!", "csv", 0)).toBe("activity-gr-e-1-1970-01-01.csv");
});
