import { expect, test } from "vitest";
import { countsOfReport, failedLines, failureOf, lastLine, sum } from "./counts.ts";

const report = {
  success: true,
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 1,
  testResults: [],
};

const bad = {
  status: "failed",
  name: "a.test.ts",
  assertionResults: [
    { status: "passed", fullName: "holds" },
    { status: "failed", fullName: "adds up", failureMessages: ["expected 1 to be 2\n at a.ts:3"] },
  ],
};

test("the last line counts what the steps counted", () => {
  const total = sum([
    { passed: 2, failed: 0, skipped: 0 },
    { passed: 3, failed: 1, skipped: 2 },
  ]);
  expect([lastLine(total), lastLine(sum([]))]).toEqual([
    "5 passed, 1 failed, 2 skipped",
    "0 passed, 0 failed",
  ]);
});

test("a file that does not load is a failure, and so is an unhappy exit with happy tests", () => {
  const broken = {
    ...report,
    testResults: [{ status: "failed", name: "b.test.ts", message: "no", assertionResults: [] }],
  };
  const counted = { passed: 3, failed: 0, skipped: 2, failures: [] };
  expect([
    countsOfReport(report, 0),
    countsOfReport(broken, 1),
    countsOfReport(report, 1, "one\ntwo\n"),
  ]).toEqual([
    counted,
    { ...counted, failed: 1, failures: ["b.test.ts\nno"] },
    { ...counted, failed: 1, failures: ["outside every test\none\ntwo"] },
  ]);
});

test("every failure is said again at the end, by its name and its words", () => {
  const counts = countsOfReport({ ...report, numFailedTests: 1, testResults: [bad] }, 1);
  const long = Array.from({ length: 100 }, (_, line) => `line ${line}`).join("\n");
  const total = sum([counts, { passed: 0, failed: 1, skipped: 0, failures: [failureOf("bar a", long)] }]);
  const lines = failedLines(total).split("\n");
  expect(lines.slice(0, 5)).toEqual([
    "",
    "FAILED a.test.ts > adds up",
    "expected 1 to be 2",
    " at a.ts:3",
    "",
  ]);
  expect(lines.slice(5, 8)).toEqual(["FAILED bar a", "line 75", "line 76"]);
  expect(failedLines(sum([]))).toBe("");
});
