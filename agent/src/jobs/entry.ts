import type * as z from "zod";
import type { LogStream } from "../log/line.ts";
import type { Problem, Progress } from "../../contract/index.ts";
import type { JobRow } from "../store/index.ts";
import type { Claim, Subject } from "./claims.ts";
import type { Lane } from "./schedule.ts";

/** What a story may do while it runs; everything it does through this is journalled. */
export type JobContext = {
  job: JobRow;
  /** Aborted by a cancellation, by a deadline (of the job; inside a step also of that step) and by the agent's end. */
  signal: AbortSignal;
  /** Scratch folder of this job; removed when it has ended. Not made until asked for. */
  tmp(): string;
  /** Folder of a process that a step keeps beyond the agent's end (sandbox/kept.ts); undoing ends it, a later life finds it. */
  kept(step: string): string;
  /** One line of the job's log. */
  log(text: string, stream?: LogStream): void;
  /**
   * A file for a child's raw output, and where its parsed lines go. Lines that stand in the log already are skipped, so
   * that after a crash the whole file can be parsed again and no line is lost or doubled.
   */
  output(name: string): { path: string; line(text: string, stream?: LogStream): void };
  /** Runs `act` as the named step: recorded before and after, ended by its deadline. */
  step<T>(name: string, act: (signal: AbortSignal) => Promise<T>, options: { deadlineSeconds: number }): Promise<T>;
  skip(name: string, detail: string): void;
  /** One line about what the running step does now, such as "GET /health answers 200". */
  detail(text: string): void;
  /** Of the running step; a number from 0 to 1 is shown in per cent, null: not known. */
  progress(now: Progress | number | null): void;
  /** Something that a person should know and that makes nothing fail. */
  warn(problem: Problem): void;
  /** Where a resumed story goes on; durable when this returns. */
  checkpoint(value: unknown): void;
  /** Gives the place in the lane to the next, before the job has ended. */
  leaveLane(): void;
  /** Ends this life of the job: it gives back what it holds, and goes on from its checkpoint at `resumeAt` or when asked. Throws. */
  pause(why: string, resumeAt: number | null): never;
  /** The one commit point: `write` and the mark "committed" become durable together. Afterwards there is no undo. */
  commit(write?: () => void): void;
};

/** Seconds in all, or seconds without a sign of life (a line, a detail, a progress, a checkpoint). */
export type Deadline = number | { idle: number };

export type Retention = {
  /** So many newest ones stay whatever their age, of each service or of the kind. */
  newest: number;
  of: "service" | "kind";
  /** Older ones go after so many days. */
  days: number;
  /** Logs are larger than rows: so many newest stay. */
  logs: number;
};

export type StepPlan = { name: string; words: string; doing: string };

type Asked<Input> = { input: Input; subject: Subject };

/**
 * One kind of job: all that differs between kinds stands here. `run` goes up to and includes `commit()`; a failure or a
 * crash before it leads to `undo`, a crash after it to `finish`. Both must be idempotent and may assume nothing but the store.
 */
export type JobEntry<Input = unknown> = {
  kind: string;
  /** Around its subject: "Deploy shop / web", "shop / web is live". */
  words: { doing: string; done: string };
  input: z.ZodType<Input>;
  steps(asked: Asked<Input>): readonly StepPlan[];
  claims(asked: Asked<Input>): readonly Claim[];
  lane?(asked: Asked<Input>): Lane | null;
  /** Queued jobs that a new one of this kind makes pointless. */
  supersedes?(older: JobRow, asked: Asked<Input>): boolean;
  /** Its subject is gone afterwards: whatever waits or runs in it is cancelled, and nothing is begun in it any more. */
  deletes?: "service" | "environment" | "project";
  /** Seconds; waiting in the line or for a lane counts against none. */
  deadlines: { run: Deadline; undo: Deadline; finish: Deadline };
  retention: Retention;
  /** Rows that something still refers to stay. */
  holds?(job: JobRow): boolean;
  /** Before the commit: undone · run again from its checkpoint · finished. After it a job is always finished. */
  crash: "undo" | "resume" | "finish";
  run(context: JobContext): Promise<void>;
  /**
   * Of one that is undone after a crash: the rest of `run`, where the kept process of `step` has gone on without the agent;
   * null: it is undone after all. Must never lead to the same work being begun again and again.
   */
  pickUp?(context: JobContext, step: string): Promise<(() => Promise<void>) | null>;
  /** Removes whatever the job made. Its signal is not the cancelled one. */
  undo(context: JobContext): Promise<void>;
  /** What follows from the commit; also run right after `run`. */
  finish(context: JobContext): Promise<void>;
};

/** Checks an entry against the schema of its own input, then lets the runner hold it beside all others. */
export const defineJob = <Input>(entry: JobEntry<Input>): JobEntry => entry as unknown as JobEntry;

export const DAYS = { jobs: 90, data: 365, cleanup: 30 } as const;
/** Kinds whose rows tell little once they have ended. */
export const SHORT_LIVED: Retention = { newest: 100, of: "kind", days: DAYS.jobs, logs: 100 };
