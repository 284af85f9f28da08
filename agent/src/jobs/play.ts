import { existsSync } from "node:fs";
import { describe, fail, Failure, toProblem, type Problem } from "../../contract/index.ts";
import type { DataPaths } from "../config/paths.ts";
import { endKept } from "../sandbox/index.ts";
import { updateJob, type Db, type JobState } from "../store/index.ts";
import type { Clock } from "./clock.ts";
import { Pause, type OwnContext } from "./context.ts";
import { withDeadline } from "./deadline.ts";
import type { JobContext, JobEntry } from "./entry.ts";
import type { LiveTracker } from "./live.ts";

/** So many lives of the agent one job may see without a new checkpoint: what brings it down must not do so for ever. */
const LIVES = 3;

export type Life = "first" | "after a crash";
export type Outcome =
  | { type: "ended"; state: JobState; problem: Problem | null }
  | { type: "paused"; why: string; resumeAt: number | null }
  /** The agent stops: nothing is written, the next one decides. */
  | { type: "left" };

type Stage = {
  db: Db;
  paths: DataPaths;
  clock: Clock;
  entry: JobEntry | undefined;
  context: OwnContext;
  live: LiveTracker;
  signal: AbortSignal;
  closing: () => boolean;
};

/** The whole life of a job reads from top to bottom here: its run up to the commit, then its finish; or its undo. */
export async function play(stage: Stage, life: Life): Promise<Outcome> {
  const { clock, entry, context, live, signal, closing } = stage;
  const { job } = context;
  const name = `${entry?.words.doing ?? job.kind} ${job.subject}`;
  let problem: Problem | null = null;
  try {
    if (entry === undefined) throw fail("JOB_KIND_UNKNOWN", { kind: job.kind });
    // What today's code asks for is in it, whoever wrote it.
    job.input = entry.input.parse(job.input);
    if (!job.committed) {
      const limit = { clock, name, deadline: entry.deadlines.run, parent: signal, lastLife: live.lastLife };
      await withDeadline(limit, (until) => upToCommit(stage, entry, context.under(until), life));
    }
  } catch (error) {
    if (closing()) return { type: "left" };
    if (error instanceof Pause && !job.cancelRequested) return { type: "paused", why: error.message, resumeAt: error.resumeAt };
    problem = toProblem(error);
  }
  if (closing()) return { type: "left" };

  if (job.committed || problem === null) {
    // It is done: what fails from here on is the reconcile loop's, and no reason to call it failed.
    const after = entry === undefined ? null : await finish(stage, entry, name);
    const why = problem?.message ?? after;
    if (closing()) return { type: "left" };
    if (why !== null) tolerate(() => context.warn(describe("FINISH_UNFINISHED", { what: job.subject, why })));
    tolerate(() => live.settle("failed"));
    return { type: "ended", state: "succeeded", problem: null };
  }

  const cancelled = job.cancelRequested;
  tolerate(() => live.settle(cancelled ? "cancelled" : "failed"));
  context.log(cancelled ? "Cancelled" : `${problem.message} ${problem.next}`);
  const why = entry === undefined ? null : await undo(stage, entry, name);
  if (closing()) return { type: "left" };
  if (why !== null) tolerate(() => context.warn(describe("UNDO_UNFINISHED", { what: job.subject, why })));
  return { type: "ended", state: cancelled ? "cancelled" : "failed", problem: cancelled ? null : problem };
}

/** A first life begins; a later one is gone on with, run again from its checkpoint, or undone, as its kind says. */
async function upToCommit({ db, live }: Stage, entry: JobEntry, context: JobContext, life: Life): Promise<void> {
  const { job } = context;
  if (job.cancelRequested) throw new Failure(describe("CANCELLED", { what: job.subject }));
  if (life === "first") await entry.run(context);
  else if (entry.crash === "finish") context.commit();
  else if (entry.crash === "resume" && job.resumes < LIVES) {
    job.resumes += 1;
    updateJob(db, job.id, { resumes: job.resumes });
    await entry.run(context);
  } else {
    const step = entry.crash === "undo" ? live.current() : null;
    const goOn = step === null ? null : await entry.pickUp?.(context, step.name);
    if (!goOn) throw fail("INTERRUPTED", { what: job.subject });
    await goOn();
  }
  if (!job.committed) throw new Error(`The story ${job.kind} ended without its commit point`);
}

/** Null: it came to its end; else why not. */
async function finish({ clock, context, live, signal, closing }: Stage, entry: JobEntry, name: string): Promise<string | null> {
  const limit = { clock, name, deadline: entry.deadlines.finish, parent: signal, lastLife: live.lastLife };
  try {
    await withDeadline(limit, (until) => entry.finish(context.under(until)));
    return null;
  } catch (error) {
    return closing() ? null : toProblem(error).message;
  }
}

async function undo({ paths, clock, context, live }: Stage, entry: JobEntry, name: string): Promise<string | null> {
  const { job } = context;
  const limit = { clock, name: `The undo of ${name}`, deadline: entry.deadlines.undo, parent: null, lastLife: live.lastLife };
  try {
    await withDeadline(limit, async (until) => {
      // Whatever was kept beyond the agent's end would make something that nobody wants.
      if (existsSync(paths.jobTmp(job.id))) for (const step of job.steps) await endKept(context.kept(step.name));
      await entry.undo(context.under(until));
    });
    return null;
  } catch (error) {
    return toProblem(error).message;
  }
}

/** What cannot be written now must not keep an undo from its work. */
export function tolerate(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (toProblem(error).code !== "STORE_READ_ONLY") throw error;
  }
}
