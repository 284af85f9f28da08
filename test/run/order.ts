// Runs steps in their order, with a heading and a duration for each; a failed step does not hide the next.
import { availableParallelism } from "node:os";
import { failureOf, none, type Counts } from "./counts.ts";
import type { Say, Step } from "./steps.ts";

const show: Say = (text) => void process.stdout.write(text);

/** Of steps that may run beside each other, so many do: with one core there is nothing to win. */
export const lanes = Math.min(2, availableParallelism());

/** A step that may not run beside others waits until they have ended, and they wait for it. */
export async function runInOrder(
  steps: readonly Step[],
  signal: AbortSignal,
  width = 1,
): Promise<Counts[]> {
  const results: Counts[] = [];
  for (const group of grouped(steps)) {
    const wide = Math.min(width, group.length);
    const waiting = [...group];
    const lane = async () => {
      for (let step = waiting.shift(); step && !signal.aborted; step = waiting.shift())
        results.push(await (wide > 1 ? runInOnePiece(step, signal) : runStep(step, signal)));
    };
    await Promise.all(Array.from({ length: wide }, lane));
  }
  return results;
}

/** Neighbours that may run beside each other, together; every other step by itself. */
function grouped(steps: readonly Step[]): Step[][] {
  const groups: Step[][] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    if (step.beside && last?.[0]?.beside) last.push(step);
    else groups.push([step]);
  }
  return groups;
}

/** What two steps print does not mix: each is shown whole when it has ended. */
async function runInOnePiece(step: Step, signal: AbortSignal): Promise<Counts> {
  const said: string[] = [];
  // Where it hangs, this is all that is ever seen of it.
  show(`\n== ${step.name} begins\n`);
  const counts = await runStep(step, signal, (text) => void said.push(text));
  show(said.join(""));
  return counts;
}

export async function runStep(step: Step, signal: AbortSignal, say = show): Promise<Counts> {
  const started = performance.now();
  say(`\n== ${step.name}\n`);
  const counts = await step.run(signal, say).catch((error: unknown) => {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    say(`${words}\n`);
    return { ...none, failed: 1, failures: [failureOf(step.name, words)] };
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  say(
    `== ${step.name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (${seconds} s)\n`,
  );
  return counts;
}
