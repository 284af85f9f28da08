import { entryOf, type Job, type Progress, type Step } from "@aeroplane/agent/contract";
import { bytes } from "./time.ts";

const icons: Record<string, "waiting" | "running" | "done" | "failed" | "cancelled"> = {
  queued: "waiting",
  running: "running",
  paused: "waiting",
  succeeded: "done",
  failed: "failed",
  cancelled: "cancelled",
};

/** The sign of a job's or a deployment's state; one that this window does not know is told by its own name. */
export const signOf = ({ state }: { state: string }): string => entryOf(icons, state) ?? state;

/** The name of a state that this window does not know; null: it has a sign. */
export const strangeState = ({ state }: { state: string }): string | null => (Object.hasOwn(icons, state) ? null : state);

export const hasEnded = (job: { endedAt: number | null }) => job.endedAt !== null;

/** How a job ended, in words; a state that this window does not know is no failure, unless a problem says so. */
export function endOf({ state, words, subject, problem }: Pick<Job, "state" | "words" | "subject" | "problem">): { words: string; tone: "ok" | "idle" | "bad" } {
  if (state === "succeeded") return { words: `${subject} ${words.done}`, tone: "ok" };
  if (state === "cancelled") return { words: `${words.doing} of ${subject} cancelled`, tone: "idle" };
  if (state === "failed" || problem !== null) return { words: `${words.doing} of ${subject} failed`, tone: "bad" };
  return { words: `${words.doing} of ${subject} ended: ${state}`, tone: "idle" };
}

/** The step that runs now. */
export const currentStep = (steps: readonly Step[]) => steps.find((step) => step.state === "running");

/** "45 %", "12 of 40 files", "1.5 GB of 4.0 GB". */
export function progressWords({ done, total, unit }: Progress): string {
  if (unit === "%") return `${Math.round((100 * done) / Math.max(1, total))} %`;
  if (unit === "bytes") return `${bytes(done)} of ${bytes(total)}`;
  return `${done} of ${total} ${unit}`;
}

/** 0 to 1; null: not known. */
export const fractionOf = (progress: Progress | null | undefined) =>
  progress ? Math.min(1, progress.done / Math.max(progress.total, Number.MIN_VALUE)) : null;

/** The line below a job's title. */
export function lineOf(job: Job): string | null {
  if (job.problem) return job.problem.message;
  if (job.state === "queued") return job.waitsFor ?? "Waits for its turn";
  const step = currentStep(job.steps);
  if (step) return [step.detail ?? step.doing, step.progress && progressWords(step.progress)].filter(Boolean).join(" · ");
  if (job.state === "paused") return job.steps.findLast(({ detail }) => detail !== null)?.detail ?? "Paused";
  // A state of a newer agent is shown by its own name.
  return strangeState(job) ?? job.warnings[0]?.message ?? null;
}
