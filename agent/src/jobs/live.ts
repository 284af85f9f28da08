import type { Change, Progress, Step, StepState } from "../../contract/index.ts";
import { ownerOf } from "../changes/changes.ts";
import { updateJob, type Db, type JobRow } from "../store/index.ts";
import type { Clock } from "./clock.ts";

const TELL_EVERY_MS = 100;

/** What a running job does right now; only step borders are written to the store, the rest lives here. */
export type LiveJob = { steps: Step[] };

export type LiveTracker = LiveJob & {
  current(): Step | null;
  begin(name: string): void;
  end(name: string, state: StepState): void;
  skip(name: string, detail: string): void;
  tell(change: { detail?: string; progress?: Progress | number | null }): void;
  /** Marks what a failure leaves behind: the running step gets `state`, nothing stays "running". */
  settle(state: StepState): void;
  /** When the job last gave a sign of life. */
  lastLife(): number;
  touch(): void;
  close(): void;
};

export function trackJob(db: Db, job: JobRow, clock: Clock, emit: (change: Change) => void): LiveTracker {
  let forget: (() => void) | null = null;
  let life = clock.now();

  function announce() {
    const owner = ownerOf(job);
    emit({ entity: "job", id: job.id, ...owner });
    if (job.deploymentId) emit({ entity: "deployment", id: job.deploymentId, ...owner });
  }
  function save() {
    life = clock.now();
    updateJob(db, job.id, { steps: live.steps });
    announce();
  }
  /** A step that nobody planned is added as it comes. */
  function stepOf(name: string): Step {
    const known = live.steps.find((step) => step.name === name);
    if (known) return known;
    const words = name.charAt(0).toUpperCase() + name.slice(1);
    const added: Step = { name, words, doing: words, state: "waiting", detail: null, progress: null, startedAt: null, endedAt: null };
    live.steps.push(added);
    return added;
  }

  const live: LiveTracker = {
    steps: job.steps,
    current: () => live.steps.find((step) => step.state === "running") ?? null,
    begin(name) {
      const step = stepOf(name);
      // One that runs already was begun by an earlier agent.
      if (step.state !== "running") Object.assign(step, { state: "running", startedAt: clock.now(), endedAt: null });
      step.progress = null;
      save();
    },
    end(name, state) {
      Object.assign(stepOf(name), { state, endedAt: clock.now(), progress: null });
      save();
    },
    skip(name, detail) {
      Object.assign(stepOf(name), { state: "skipped", detail, endedAt: clock.now() });
      save();
    },
    tell({ detail, progress }) {
      life = clock.now();
      const step = live.current();
      if (step === null) return;
      if (detail !== undefined) step.detail = detail;
      if (progress !== undefined) step.progress = typeof progress === "number" ? percent(progress) : progress;
      forget ??= clock.after(TELL_EVERY_MS, () => {
        forget = null;
        announce();
      });
    },
    settle(state) {
      for (const step of live.steps) {
        if (step.state === "running") Object.assign(step, { state, endedAt: clock.now(), progress: null });
      }
      save();
    },
    lastLife: () => life,
    touch: () => void (life = clock.now()),
    close() {
      forget?.();
      forget = null;
    },
  };
  return live;
}

const percent = (fraction: number): Progress => ({ done: Math.round(Math.min(1, Math.max(0, fraction)) * 100), total: 100, unit: "%" });
