import type { Job, Progress, Step } from "@aeroplane/agent/contract";
import { bytes } from "./time.ts";

const icons: Record<string, "waiting" | "running" | "done" | "failed" | "cancelled"> = {
  queued: "waiting",
  running: "running",
  paused: "waiting",
  succeeded: "done",
  failed: "failed",
  cancelled: "cancelled",
};

/** The sign of a job's or a deployment's state; one that this window does not know goes by whether it has ended. */
export const signOf = (job: { state: string; endedAt: number | null }) => icons[job.state] ?? (job.endedAt === null ? "waiting" : "cancelled");

export const hasEnded = (job: { endedAt: number | null }) => job.endedAt !== null;

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
  return icons[job.state] ? (job.warnings[0]?.message ?? null) : job.state;
}
