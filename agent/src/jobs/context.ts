import { join } from "node:path";
import { syncFilesOf } from "../effects/index.ts";
import type { DataPaths } from "../config/paths.ts";
import { openLog, type LogFile } from "../log/append.ts";
import { agentStops } from "../sandbox/index.ts";
import { countOutputLines } from "../log/output.ts";
import type { LogStream } from "../log/line.ts";
import { transaction, updateJob, type Db, type JobRow } from "../store/index.ts";
import type { Clock } from "./clock.ts";
import { withDeadline } from "./deadline.ts";
import type { JobContext } from "./entry.ts";
import type { LiveTracker } from "./live.ts";

const { mkdirSync, rmSync } = syncFilesOf("job.scratch");

/** Thrown through a story that pauses; nothing has failed. */
export class Pause extends Error {
  readonly resumeAt: number | null;
  constructor(why: string, resumeAt: number | null) {
    super(why);
    this.resumeAt = resumeAt;
  }
}

export type OwnContext = JobContext & {
  /** The same job under another signal: that of its run, of its undo or of its finish. */
  under(signal: AbortSignal): JobContext;
  close(): void;
  /** Also removes its scratch files. */
  clear(): void;
};

/** The journalled hands of one job. */
export function createContext(deps: {
  db: Db;
  paths: DataPaths;
  clock: Clock;
  job: JobRow;
  live: LiveTracker;
  signal: AbortSignal;
  leaveLane: () => void;
}): OwnContext {
  const { db, paths, clock, job, live } = deps;
  let opened: LogFile | null = null;
  const file = () => (opened ??= openLog(paths.jobLog(job.id)));
  const from = () => live.current()?.name ?? job.kind;
  function close() {
    opened?.close();
    opened = null;
  }

  /** Raw output is kept only while its job runs. */
  const outputs = new Set(job.steps.map(({ name }) => name));
  function log(text: string, stream: LogStream = "system") {
    live.touch();
    for (const line of text.split("\n")) file().write({ at: clock.now(), stream, from: from(), text: line });
  }

  const under = (signal: AbortSignal): JobContext => ({
    job,
    signal,
    tmp() {
      const folder = paths.jobTmp(job.id);
      mkdirSync(folder, { recursive: true, mode: 0o711 });
      return folder;
    },
    kept: (step) => keptFolder(paths, job.id, step),
    log,
    output(name) {
      opened?.flush();
      outputs.add(name);
      let known = countOutputLines(paths.jobLog(job.id), name);
      return {
        path: paths.jobOutput(job.id, name),
        line(text, stream = "out") {
          live.touch();
          if (known > 0) known -= 1;
          else file().writeOutput({ at: clock.now(), stream, from: name, text: text.replaceAll("\n", "⏎") });
        },
      };
    },
    async step(name, act, { deadlineSeconds }) {
      signal.throwIfAborted();
      live.begin(name);
      try {
        const result = await withDeadline({ clock, name, deadline: deadlineSeconds, parent: signal }, act);
        live.end(name, "done");
        return result;
      } catch (error) {
        // Stopped with the agent, or paused, it has not ended: who goes on with it decides.
        if (!agentStops(signal) && !(error instanceof Pause)) live.end(name, signal.aborted ? "cancelled" : "failed");
        throw error;
      }
    },
    skip: (name, detail) => live.skip(name, detail),
    detail: (text) => live.tell({ detail: text }),
    progress: (now) => live.tell({ progress: now }),
    warn(problem) {
      job.warnings = [...job.warnings, problem];
      updateJob(db, job.id, { warnings: job.warnings });
      log(problem.message);
    },
    checkpoint(value) {
      live.touch();
      Object.assign(job, { checkpoint: value, resumes: 0 });
      updateJob(db, job.id, { checkpoint: value, resumes: 0, steps: live.steps });
    },
    leaveLane: deps.leaveLane,
    pause(why, resumeAt) {
      throw new Pause(why, resumeAt);
    },
    commit(write) {
      signal.throwIfAborted();
      transaction(db, () => {
        write?.();
        updateJob(db, job.id, { committed: true });
      });
      job.committed = true;
    },
  });

  return {
    ...under(deps.signal),
    under,
    close,
    clear() {
      close();
      for (const name of outputs) rmSync(paths.jobOutput(job.id, name), { force: true });
      rmSync(paths.jobTmp(job.id), { recursive: true, force: true });
    },
  };
}

/** One folder per step, so that whoever ends or joins it needs to know nothing but the job. */
export const keptFolder = (paths: Pick<DataPaths, "jobTmp">, jobId: string, step: string): string => join(paths.jobTmp(jobId), step);
