// Runs steps one after the other, with a heading and a duration for each; a failed step does not hide the next.
import { failureOf, none, type Counts } from "./counts.ts";
import type { Step } from "./steps.ts";

export async function runInOrder(steps: readonly Step[], signal: AbortSignal): Promise<Counts[]> {
  const results: Counts[] = [];
  for (const step of steps) {
    if (signal.aborted) break;
    results.push(await runStep(step, signal));
  }
  return results;
}

export async function runStep(step: Step, signal: AbortSignal): Promise<Counts> {
  const started = performance.now();
  process.stdout.write(`\n== ${step.name}\n`);
  const counts = await step.run(signal).catch((error: unknown) => {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stdout.write(`${words}\n`);
    return { ...none, failed: 1, failures: [failureOf(step.name, words)] };
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(
    `== ${step.name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (${seconds} s)\n`,
  );
  return counts;
}
