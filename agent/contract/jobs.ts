import * as z from "zod";
import * as name from "./names.ts";
import { open } from "./open.ts";
import { problem } from "./problem.ts";

/** How far a step is: "12 of 40 files"; the unit "%" is shown as such, "bytes" by their size. */
export const progress = z.object({ done: z.number().nonnegative(), total: z.number().nonnegative(), unit: open<"%" | "bytes">({ most: 40 }) });
export type Progress = z.infer<typeof progress>;

export type StepState = "waiting" | "running" | "done" | "skipped" | "failed" | "cancelled";

/** A part of a job. A window shows one that it has never heard of by its words. */
export const step = z.object({
  name: open(),
  /** What it is called: "Build"; and while it runs: "Building". */
  words: z.string(),
  doing: z.string(),
  state: open<StepState>(),
  /** One line such as "GET /health answers 200". */
  detail: z.string().nullable(),
  progress: progress.nullable(),
  startedAt: name.timestamp.nullable(),
  endedAt: name.timestamp.nullable(),
});
export type Step = z.infer<typeof step>;

/** paused: has given back what it held and goes on later, by itself at `resumeAt` where that is set. */
export type JobState = "queued" | "running" | "paused" | "succeeded" | "failed" | "cancelled";

/** A journalled act; a deployment is one kind of it. */
export const job = z.object({
  id: name.id,
  kind: open<"deploy">(),
  /** Around its subject: "Deploy shop / web", "shop / web is live". */
  words: z.object({ doing: z.string(), done: z.string() }),
  /** What it acts on, for people: "shop / web". */
  subject: z.string(),
  projectId: name.id.nullable(),
  environmentId: name.id.nullable(),
  serviceId: name.id.nullable(),
  deploymentId: name.id.nullable(),
  state: open<JobState>(),
  steps: z.array(step),
  /** Of the step that runs now: its line, and 0 to 1 where that is known. */
  stepDetail: z.string().nullable(),
  progress: z.number().min(0).max(1).nullable(),
  /** Why one that is queued has not begun: "Waits for another build to end". */
  waitsFor: z.string().nullable(),
  /** Its subject is gone when it has succeeded: there is nothing to show then. */
  deletes: z.boolean(),
  /** Several jobs that are one act. */
  group: z.object({ id: name.id, subject: z.string() }).nullable(),
  /** When one that is paused goes on by itself. */
  resumeAt: name.timestamp.nullable(),
  cancellable: z.boolean(),
  problem: problem.nullable(),
  /** What did not go as it should and did not make it fail. */
  warnings: z.array(problem),
  createdAt: name.timestamp,
  endedAt: name.timestamp.nullable(),
});
export type Job = z.infer<typeof job>;

/** What became of the members of a group that was cancelled. */
export const groupCancelled = z.object({
  /** Had not begun. */
  dropped: z.array(job),
  /** Had begun; they undo what they did. */
  undone: z.array(job),
  /** Past their commit, or ended: they stay. */
  kept: z.array(job),
});
