import { expect, test } from "vitest";
import type { Job, Step } from "@aeroplane/agent/contract";
import { endOf, lineOf, progressWords, signOf, strangeState } from "./jobs.ts";

const step = (over: Partial<Step>): Step => ({ name: "defrost", words: "Defrost", doing: "Defrosting", state: "running", detail: null, progress: null, startedAt: 1, endedAt: null, ...over });
const job = (over: Partial<Job>): Job => ({
  id: "1", kind: "defrost", words: { doing: "Defrost", done: "is warm" }, subject: "shop / web", projectId: null, environmentId: null, serviceId: null, deploymentId: null,
  state: "running", steps: [], stepDetail: null, progress: null, waitsFor: null, deletes: false, group: null, resumeAt: null, cancellable: true, problem: null, warnings: [], createdAt: 1, endedAt: null, ...over,
});

test("progress is told in its own unit", () => {
  expect([
    progressWords({ done: 45, total: 100, unit: "%" }),
    progressWords({ done: 12, total: 40, unit: "files" }),
    progressWords({ done: 1_500_000_000, total: 4_000_000_000, unit: "bytes" }),
    progressWords({ done: 0, total: 0, unit: "%" }),
  ]).toEqual(["45 %", "12 of 40 files", expect.stringMatching(/^1\.\d G.* of 3\.\d G/), "0 %"]);
});

test("a job of a kind, with steps and in a state that nobody here has heard of, is shown plainly", () => {
  expect([
    lineOf(job({ steps: [step({ progress: { done: 3, total: 9, unit: "trays" } })] })),
    lineOf(job({ steps: [step({ detail: "Tray 3" })] })),
    lineOf(job({ state: "thawing" })),
    lineOf(job({ state: "queued", waitsFor: "Waits for another one like it to end" })),
    [signOf(job({ state: "thawing" })), signOf(job({ state: "thawed", endedAt: 2 }))],
  ]).toEqual(["Defrosting · 3 of 9 trays", "Tray 3", "thawing", "Waits for another one like it to end", ["thawing", "thawed"]]);
});

test("a state that nobody here has heard of is neither success nor failure", () => {
  const ends = ["succeeded", "failed", "cancelled", "thawed", "constructor"].map((state) => endOf(job({ state, endedAt: 2 })));
  expect(ends).toEqual([
    { words: "shop / web is warm", tone: "ok" },
    { words: "Defrost of shop / web failed", tone: "bad" },
    { words: "Defrost of shop / web cancelled", tone: "idle" },
    { words: "Defrost of shop / web ended: thawed", tone: "idle" },
    { words: "Defrost of shop / web ended: constructor", tone: "idle" },
  ]);
  expect([strangeState({ state: "paused" }), strangeState({ state: "toString" }), signOf({ state: "constructor" })]).toEqual([null, "toString", "constructor"]);
});
