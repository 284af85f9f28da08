import { describe as problemOf, type Run } from "@aeroplane/agent/contract";
import { expect, test } from "vitest";
import { lastCommands, rememberCommand, stateWords, wrongCommand } from "./words.ts";

const run = (state: string, exitCode: number | null = null, problem: Run["job"]["problem"] = null) => stateWords({ job: { state, problem }, exitCode });

test("how a command ended is told by its cause, else by its code", () => {
  expect([
    run("running"),
    run("succeeded", 0),
    run("failed", 3, problemOf("RUN_FAILED", { service: "web", code: 3 })),
    run("failed", 137, problemOf("RUN_OUT_OF_MEMORY", { service: "web", limit: "96 MB" })),
    run("failed", 143, problemOf("RUN_INTERRUPTED", { service: "web" })),
    run("failed"),
    run("cancelled", 143),
    run("thawed"),
  ]).toEqual(["Running", "Succeeded", "Failed with code 3", "Out of memory", "Interrupted", "Failed", "Cancelled", "thawed"]);
});

test("the last commands of a service are remembered, each once, and of no other", () => {
  for (const command of ["a", "b", "a", ..."cdefghi"]) rememberCommand({ id: "s" }, "web", command);
  expect([lastCommands({ id: "s" }, "web").join(""), lastCommands({ id: "other" }, "web")]).toEqual(["ihgfedca", []]);
});

test("a command that is too long is told so, and never cut", () => {
  expect(["npm run migrate", "  ", "x".repeat(2001), "a\nb"].map(wrongCommand)).toEqual([null, "Type a command", "At most 2000 characters", "One line, no control characters"]);
});
