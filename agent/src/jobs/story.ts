import type { StepName } from "../../contract/index.ts";
import type { LogStream } from "../log/line.ts";
import type { JobKind, JobRow } from "../store/index.ts";

/** What a story may do while it runs; everything it does through this is journalled. */
export type JobContext = {
  job: JobRow;
  /** Aborted by a cancellation, by a step's deadline (inside that step) and by the agent's end. */
  signal: AbortSignal;
  /** Scratch folder of this job; removed when it has ended. Not made until asked for. */
  tmp(): string;
  /** One line of the job's log. */
  log(text: string, stream?: LogStream): void;
  /**
   * A file for a child's raw output, and where its parsed lines go. Lines that stand in the log already are skipped, so
   * that after a crash the whole file can be parsed again and no line is lost or doubled.
   */
  output(name: string): { path: string; line(text: string, stream?: LogStream): void };
  /** Runs `act` as the named step: recorded before and after, ended by its deadline. */
  step<T>(name: StepName, act: (signal: AbortSignal) => Promise<T>, options: { deadlineSeconds: number }): Promise<T>;
  skip(name: StepName, detail: string): void;
  /** One line about what the running step does now, such as "GET /health answers 200". */
  detail(text: string): void;
  /** 0 to 1 within the running step; null: not known. */
  progress(fraction: number | null): void;
  /** The one commit point: `write` and the mark "committed" become durable together. Afterwards there is no undo. */
  commit(write?: () => void): void;
};

/**
 * A long act. `run` goes up to and includes `commit()`; a failure or a crash before it leads to `undo`, a crash after it
 * to `finish`. Both must be idempotent and may assume nothing but the store.
 */
export type Story = {
  kind: JobKind;
  run(context: JobContext): Promise<void>;
  /**
   * After a crash or a stop before the commit: the rest of `run`, where something of it has gone on without the agent; null:
   * nothing has, it is undone. Must never lead to the same work being begun again and again.
   */
  pickUp?(context: JobContext): Promise<(() => Promise<void>) | null>;
  /** Removes whatever the job made. Its signal is not the cancelled one. */
  undo(context: JobContext): Promise<void>;
  /** What follows from the commit; also run right after `run`. */
  finish(context: JobContext): Promise<void>;
};

export const defineStory = (story: Story): Story => story;
