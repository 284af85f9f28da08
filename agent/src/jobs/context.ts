import { mkdirSync, rmSync } from "node:fs";
import type { DataPaths } from "../config/paths.ts";
import { openLog } from "../log/append.ts";
import { agentStops } from "../sandbox/index.ts";
import { countOutputLines, removeOutputs } from "../log/output.ts";
import { transaction, updateJob, type Db, type JobRow } from "../store/index.ts";
import { withDeadline } from "./deadline.ts";
import { fault } from "./faults.ts";
import type { LiveTracker } from "./live.ts";
import type { JobContext } from "./story.ts";

/** The journalled hands of one job; `close` flushes its log, `clear` also removes its scratch files. */
export function createContext(deps: {
  db: Db;
  paths: DataPaths;
  job: JobRow;
  live: LiveTracker;
  signal: AbortSignal;
}): JobContext & { close(): void; clear(): void } {
  const { db, paths, job, live, signal } = deps;
  const file = openLog(paths.jobLog(job.id));
  const from = () => live.current()?.name ?? job.kind;

  return {
    job,
    signal,
    tmp() {
      const folder = paths.jobTmp(job.id);
      mkdirSync(folder, { recursive: true, mode: 0o711 });
      return folder;
    },
    log(text, stream = "system") {
      for (const line of text.split("\n")) file.write({ at: Date.now(), stream, from: from(), text: line });
    },
    output(name) {
      file.flush();
      let known = countOutputLines(paths.jobLog(job.id), name);
      return {
        path: paths.jobOutput(job.id, name),
        line(text, stream = "out") {
          if (known > 0) known -= 1;
          else file.writeOutput({ at: Date.now(), stream, from: name, text: text.replaceAll("\n", "⏎") });
        },
      };
    },
    async step(name, act, { deadlineSeconds }) {
      signal.throwIfAborted();
      live.begin(name);
      try {
        const result = await withDeadline(name, deadlineSeconds, signal, act);
        live.end(name, "done");
        return result;
      } catch (error) {
        // Stopped with the agent, it has not ended: the next one decides.
        if (!agentStops(signal)) live.end(name, signal.aborted ? "cancelled" : "failed");
        throw error;
      }
    },
    skip: (name, detail) => live.skip(name, detail),
    detail: (text) => live.tell({ detail: text }),
    progress: (fraction) => live.tell({ progress: fraction }),
    commit(write) {
      signal.throwIfAborted();
      transaction(db, () => {
        write?.();
        updateJob(db, job.id, { committed: true });
      });
      job.committed = true;
      fault("commit.after");
    },
    close: () => file.close(),
    clear() {
      file.close();
      removeOutputs(paths, job.id);
      rmSync(paths.jobTmp(job.id), { recursive: true, force: true });
    },
  };
}
