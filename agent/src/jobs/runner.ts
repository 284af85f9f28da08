import { setTimeout as sleep } from "node:timers/promises";
import { describe, fail, Failure, toProblem, type Problem } from "../../contract/index.ts";
import { AgentStops } from "../sandbox/index.ts";
import type { Changes } from "../changes/changes.ts";
import type { DataPaths } from "../config/paths.ts";
import { createJob, findJob, jobsInState, transaction, updateJob } from "../store/index.ts";
import type { Db, JobRow, JobState, NewJob } from "../store/index.ts";
import { createContext } from "./context.ts";
import { trackJob, type LiveJob, type LiveTracker } from "./live.ts";
import { startable } from "./queue.ts";
import { forgetOldLogs } from "./retention.ts";
import type { JobContext, Story } from "./story.ts";

const UNDO_SECONDS = 60;
const CLOSE_SECONDS = 5;
const WRITE_AGAIN_MS = 1000;

/** What cannot be written now must not keep an undo from its work. */
function tolerate(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (toProblem(error).code !== "STORE_READ_ONLY") throw error;
  }
}

type Running = { job: JobRow; abort: AbortController; live: LiveTracker; done: Promise<void> };

export type Runner = {
  /** Writes the intent row and whatever belongs to it in one transaction; the job begins as soon as nothing stands in its way. */
  enqueue(job: NewJob, write?: () => void): JobRow;
  /** Of a queued or running job that is not past its commit point; of others it changes nothing. */
  cancel(id: string): JobRow;
  live(jobId: string): LiveJob | undefined;
  /** Jobs that have not ended and that claim this service or project. */
  active(claim: { projectId: string; serviceId: string | null }): JobRow[];
  /** Resolves when the job has ended. */
  ended(jobId: string): Promise<JobRow>;
  /** Goes on with, undoes or finishes what an earlier life left running, then begins the queue. */
  start(stories: readonly Story[]): void;
  /** Leaves everything without writing an end: to the next start it is like a crash. */
  close(): Promise<void>;
};

export function createRunner(deps: { db: Db; paths: DataPaths; changes: Changes }): Runner {
  const { db, paths, changes } = deps;
  const running = new Map<string, Running>();
  const waiting = new Map<string, ((job: JobRow) => void)[]>();
  let stories: Map<string, Story> | null = null;
  let closing = false;

  const mustFind = (id: string): JobRow => {
    const job = findJob(db, id);
    if (!job) throw fail("NOT_FOUND", { what: "job", id });
    return job;
  };

  function announce(job: JobRow) {
    const owner = { projectId: job.projectId, serviceId: job.serviceId };
    changes.emit({ entity: "job", id: job.id, ...owner });
    if (job.deploymentId) changes.emit({ entity: "deployment", id: job.deploymentId, ...owner });
    if (job.serviceId) changes.emit({ entity: "service", id: job.serviceId, ...owner });
    else if (job.projectId) changes.emit({ entity: "project", id: job.projectId, ...owner });
  }

  function end(job: JobRow, state: JobState, problem: Problem | null) {
    updateJob(db, job.id, { state, problem, endedAt: Date.now() });
    const ended = mustFind(job.id);
    announce(ended);
    // The act that began it has its outcome now.
    changes.emit({ entity: "audit", id: job.id, projectId: job.projectId, serviceId: job.serviceId });
    for (const tell of waiting.get(job.id) ?? []) tell(ended);
    waiting.delete(job.id);
  }

  /** From the queue, or from an earlier life (`resumed`); the whole life of a job reads from top to bottom here. */
  async function play(job: JobRow, abort: AbortController, live: LiveTracker, resumed: boolean): Promise<void> {
    const story = stories!.get(job.kind);
    const context = createContext({ db, paths, job, live, signal: abort.signal });
    let problem: Problem | null = null;
    try {
      if (!story) throw new Error(`No story for jobs of the kind ${job.kind}`);
      if (!resumed) await story.run(context);
      else if (!job.committed) await pickUp(story, context);
      if (!job.committed) throw new Error(`The story ${job.kind} ended without its commit point`);
      await story.finish(context);
    } catch (error) {
      if (closing) return context.close();
      problem = toProblem(error);
    }
    if (closing) return context.close();
    const cancelled = problem !== null && !job.committed && mustFind(job.id).cancelRequested;
    if (problem) {
      tolerate(() => live.settle(cancelled ? "cancelled" : "failed"));
      context.log(cancelled ? "Cancelled" : `${problem.message} ${problem.next}`);
      const undo = { ...context, signal: AbortSignal.timeout(UNDO_SECONDS * 1000) };
      if (!job.committed) await story?.undo(undo).catch((error) => context.log(`Undo: ${toProblem(error).message}`));
    }
    if (closing) return context.close();
    context.clear();
    await untilWritten(() => end(job, problem === null ? "succeeded" : cancelled ? "cancelled" : "failed", cancelled ? null : problem));
  }

  /** What runs on without the agent is gone on with; all else that an earlier life left is undone. */
  async function pickUp(story: Story, context: JobContext): Promise<void> {
    const goOn = context.job.cancelRequested ? null : await story.pickUp?.(context);
    if (!goOn) throw fail("INTERRUPTED", { what: context.job.subject });
    await goOn();
  }

  /** A full disk ends jobs, it does not lose their ends: the last word waits until it can be written. */
  async function untilWritten(write: () => void): Promise<void> {
    while (!closing) {
      try {
        return write();
      } catch (error) {
        if (toProblem(error).code !== "STORE_READ_ONLY") throw error;
        await sleep(WRITE_AGAIN_MS);
      }
    }
  }

  function begin(job: JobRow, resumed: boolean) {
    if (!resumed) updateJob(db, job.id, { state: "running", startedAt: Date.now() });
    const started = mustFind(job.id);
    const abort = new AbortController();
    const live = trackJob(db, started, changes.emit);
    announce(started);
    const done = play(started, abort, live, resumed)
      .catch((error) => untilWritten(() => end(started, "failed", toProblem(error))))
      .then(() => {
        live.close();
        running.delete(job.id);
        if (!closing) tolerate(() => forgetOldLogs(db, paths));
        pump();
      });
    running.set(job.id, { job: started, abort, live, done });
  }

  function pump() {
    if (closing || !stories) return;
    for (const job of startable(jobsInState(db, "queued"), [...running.values()].map(({ job }) => job))) begin(job, false);
  }

  /** A newer deployment makes the one that still waits pointless. */
  function replaceQueued(job: NewJob) {
    for (const older of jobsInState(db, "queued")) {
      if (job.kind !== "deploy" || older.kind !== "deploy" || older.serviceId !== job.serviceId) continue;
      end(older, "cancelled", null);
    }
  }

  return {
    enqueue(job, write) {
      transaction(db, () => {
        replaceQueued(job);
        createJob(db, job);
        write?.();
      });
      announce(mustFind(job.id));
      pump();
      return mustFind(job.id);
    },
    cancel(id) {
      const job = mustFind(id);
      if (job.state === "queued") end(job, "cancelled", null);
      const found = running.get(id);
      if (found && !found.job.committed) {
        updateJob(db, id, { cancelRequested: true });
        found.abort.abort(new Failure(describe("CANCELLED", { what: job.subject })));
        announce(mustFind(id));
      }
      return mustFind(id);
    },
    live: (jobId) => running.get(jobId)?.live,
    active: (claim) =>
      [...jobsInState(db, "running"), ...jobsInState(db, "queued")].filter((job) =>
        claim.serviceId === null ? job.projectId === claim.projectId : job.serviceId === claim.serviceId,
      ),
    ended(jobId) {
      const job = mustFind(jobId);
      if (job.endedAt !== null) return Promise.resolve(job);
      return new Promise((resolve) => waiting.set(jobId, [...(waiting.get(jobId) ?? []), resolve]));
    },
    start(given) {
      stories = new Map(given.map((story) => [story.kind, story]));
      for (const job of jobsInState(db, "running")) begin(job, true);
      pump();
    },
    async close() {
      closing = true;
      for (const { abort } of running.values()) abort.abort(new AgentStops());
      const settled = Promise.all([...running.values()].map(({ done }) => done));
      const limit = Promise.withResolvers<void>();
      const timer = setTimeout(limit.resolve, CLOSE_SECONDS * 1000);
      await Promise.race([settled, limit.promise]);
      clearTimeout(timer);
    },
  };
}
