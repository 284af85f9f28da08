import { expect, test } from "vitest";
import { countsOfReport, lastLine, sum } from "./counts.ts";

const report = {
  success: true,
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 1,
  testResults: [],
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
  const broken = { ...report, testResults: [{ status: "failed", assertionResults: [] }] };
  expect([countsOfReport(report, 0), countsOfReport(broken, 1), countsOfReport(report, 1)]).toEqual(
    [
      { passed: 3, failed: 0, skipped: 2 },
      { passed: 3, failed: 1, skipped: 2 },
      { passed: 3, failed: 1, skipped: 2 },
    ],
  );
});
