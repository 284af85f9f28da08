import type { Change, Step } from "../../contract/index.ts";
import { findDeployment, updateDeployment, updateJob, type Db, type JobRow } from "../store/index.ts";

const TELL_EVERY_MS = 100;

/** What a running job does right now; only step borders are written to the store, the rest lives here. */
export type LiveJob = {
  steps: Step[];
  detail: string | null;
  progress: number | null;
};

export type LiveTracker = LiveJob & {
  current(): Step | null;
  begin(name: Step["name"]): void;
  end(name: Step["name"], state: Step["state"]): void;
  skip(name: Step["name"], detail: string): void;
  tell(change: { detail?: string; progress?: number | null }): void;
  /** Marks what a failure leaves behind: the running step gets `state`, nothing stays "running". */
  settle(state: Step["state"]): void;
  close(): void;
};

export function trackJob(db: Db, job: JobRow, emit: (change: Change) => void): LiveTracker {
  const stored = job.deploymentId ? findDeployment(db, job.deploymentId) : undefined;
  let timer: NodeJS.Timeout | null = null;

  function announce() {
    const owner = { projectId: job.projectId, serviceId: job.serviceId };
    emit({ entity: "job", id: job.id, ...owner });
    if (job.deploymentId) emit({ entity: "deployment", id: job.deploymentId, ...owner });
  }
  function save() {
    if (stored) updateDeployment(db, stored.id, { steps: live.steps });
    updateJob(db, job.id, { stepDetail: live.detail });
    announce();
  }
  const find = (name: Step["name"]) => live.steps.find((step) => step.name === name);

  const live: LiveTracker = {
    steps: stored?.steps ?? [],
    detail: job.stepDetail,
    progress: null,
    current: () => live.steps.find((step) => step.state === "running") ?? null,
    begin(name) {
      const step = find(name);
      // One that runs already was begun by an earlier agent.
      if (step && step.state !== "running") Object.assign(step, { state: "running", startedAt: Date.now() });
      live.detail = null;
      live.progress = null;
      save();
    },
    end(name, state) {
      const step = find(name);
      if (step) Object.assign(step, { state, endedAt: Date.now() });
      live.progress = null;
      save();
    },
    skip(name, detail) {
      const step = find(name);
      if (step) Object.assign(step, { state: "skipped", detail, endedAt: Date.now() });
      save();
    },
    tell({ detail, progress }) {
      const step = live.current();
      if (detail !== undefined) {
        live.detail = detail;
        if (step) step.detail = detail;
      }
      if (progress !== undefined) live.progress = progress === null ? null : Math.min(1, Math.max(0, progress));
      timer ??= setTimeout(() => {
        timer = null;
        announce();
      }, TELL_EVERY_MS);
    },
    settle(state) {
      for (const step of live.steps) {
        if (step.state === "running") Object.assign(step, { state, endedAt: Date.now() });
      }
      live.progress = null;
      save();
    },
    close() {
      if (timer) clearTimeout(timer);
      timer = null;
    },
  };
  return live;
}
