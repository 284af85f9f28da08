// What a step counted, what failed in it, and the last lines of the whole run.
export type Counts = {
  passed: number;
  failed: number;
  skipped: number;
  /** Each failure's own words: they are said again at the end, where a long run is read first. */
  failures?: readonly string[];
};

export const none: Counts = { passed: 0, failed: 0, skipped: 0 };

/** Lines of a failure that are said again: enough for a message and where it was thrown. */
const FAILURE_LINES = 25;

export function sum(all: readonly Counts[]): Counts {
  return all.reduce(
    (total, one) => ({
      passed: total.passed + one.passed,
      failed: total.failed + one.failed,
      skipped: total.skipped + one.skipped,
      failures: [...(total.failures ?? []), ...(one.failures ?? [])],
    }),
    none,
  );
}

export function lastLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** What failed, each under its name; a run's last lines. */
export function failedLines({ failures = [] }: Counts): string {
  return failures.map((words) => `\nFAILED ${words}\n`).join("");
}

/** A failure by the end of what a child printed: a figure and its complaints stand last. */
export function failureOf(name: string, output: string): string {
  return `${name}\n${output.trimEnd().split("\n").slice(-FAILURE_LINES).join("\n")}`;
}

type VitestTest = { status: string; fullName: string; failureMessages?: string[] | null };

type VitestReport = {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: {
    status: string;
    name: string;
    message?: string;
    assertionResults: VitestTest[];
  }[];
};

/**
 * Counts of vitest's JSON report. A file that could not even be loaded has no tests, but it is a failure;
 * so is a run that vitest itself calls unsuccessful (an unhandled rejection) while every test passed.
 */
export function countsOfReport(report: VitestReport, exitCode: number, output = ""): Counts {
  const broken = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  ).length;
  const failed = report.numFailedTests + broken;
  const unhappy = failed === 0 && exitCode !== 0;
  return {
    passed: report.numPassedTests,
    failed: unhappy ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: unhappy ? [failureOf("outside every test", output)] : failuresOf(report),
  };
}

function failuresOf({ testResults }: VitestReport): string[] {
  return testResults.flatMap(({ status, name, message, assertionResults }) => {
    if (status === "failed" && assertionResults.length === 0) return [`${name}\n${message ?? ""}`];
    return assertionResults
      .filter((one) => one.status === "failed")
      .map(({ fullName, failureMessages }) =>
        [`${name} > ${fullName}`, ...(failureMessages ?? [])]
          .flatMap((words) => words.split("\n").slice(0, FAILURE_LINES))
          .join("\n"),
      );
  });
}
