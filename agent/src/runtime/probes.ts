import type { Look } from "../deploy/health-kinds.ts";
import type { Clock } from "../jobs/index.ts";

/** So many answers in a row that are not good; one that is ends it. */
const FAILURES = 3;
/** Between two questions to one instance, where its settings do not say; and the shortest that they can say. */
const EVERY_SECONDS = 15;
const LEAST_SECONDS = 5;
const TICK_MS = 1000;
/** The instances there are, are read from the store as often. */
const LIST_EVERY_TICKS = 5;
/** Questions that are begun in one second, and that are under way: with more instances than that has room for they come less often. */
const PER_TICK = 20;
const AT_ONCE = 16;
/** An id ends in random hex digits: from these its place in the interval follows, so that not all are asked at once. */
const DIGITS = 6;

export type Unwell = { since: number; said: string };

/** `everySeconds`: what its settings say; `startSeconds`: failures do not count for so long after it was first met. */
export type Probed = { everySeconds: number | undefined; startSeconds: number };
type Serving = { id: string; releaseId: string; serviceId: string };

export type ProbeDeps = {
  clock: Clock;
  signal: AbortSignal;
  /** All instances that get requests now. */
  serving: () => Serving[];
  /** Read once for each instance; null: it cannot be asked. */
  probed: (releaseId: string) => Probed | null;
  /** Asks one; `unseen` too where a job is at work on it. */
  look: (instanceId: string, signal: AbortSignal) => Promise<Look>;
  changed: (serviceId: string) => void;
};

type Known = Serving & { everyMs: number; countsFrom: number; dueAt: number; failures: number; firstAt: number; unwell: Unwell | null };

export type Probes = {
  start(): void;
  /** Null: it is well, or nobody has found that it is not. */
  of(instanceId: string): Unwell | null;
  /** Its process ended: what was found of it is of another one. */
  forget(instanceId: string): void;
  /** All questions that are under way have ended. */
  idle(): Promise<unknown>;
};

/** Asks what serves whether it is well, by its own health check, for as long as it serves. In memory: a new life of the agent has asked nobody. */
export function createProbes(deps: ProbeDeps): Probes {
  const { clock, signal } = deps;
  const known = new Map<string, Known>();
  /** By service: of one only one instance is asked at a time. */
  const asking = new Map<string, Promise<void>>();
  let ticks = 0;

  function list() {
    const serving = deps.serving();
    const ids = new Set(serving.map(({ id }) => id));
    for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
    for (const one of serving) if (!known.has(one.id)) meet(one);
  }
  function meet(one: Serving) {
    const probed = deps.probed(one.releaseId);
    const everyMs = probed === null ? Number.POSITIVE_INFINITY : Math.max(probed.everySeconds ?? EVERY_SECONDS, LEAST_SECONDS) * 1000;
    const now = clock.now();
    known.set(one.id, { ...one, everyMs, countsFrom: now + (probed?.startSeconds ?? 0) * 1000, dueAt: now + placeIn(one.id) * everyMs, failures: 0, firstAt: 0, unwell: null });
  }
  function tick() {
    if (signal.aborted) return;
    if (ticks % LIST_EVERY_TICKS === 0) list();
    ticks += 1;
    const now = clock.now();
    // A clock that was set back must not keep anybody from being asked.
    for (const one of known.values()) one.dueAt = Math.min(one.dueAt, now + one.everyMs);
    const due = [...known.values()].filter(({ dueAt }) => dueAt <= now).sort((a, b) => a.dueAt - b.dueAt);
    let begun = 0;
    for (const one of due) {
      if (begun >= PER_TICK || asking.size >= AT_ONCE) break;
      if (asking.has(one.serviceId)) continue;
      begun += 1;
      one.dueAt = now + one.everyMs;
      asking.set(one.serviceId, ask(one));
    }
    clock.after(TICK_MS, tick);
  }
  async function ask(one: Known) {
    // What cannot be asked, as of a Docker that is away, tells nothing of the app.
    const found = await deps.look(one.id, signal).catch((): Look => ({ is: "unseen" }));
    asking.delete(one.serviceId);
    if (!signal.aborted && known.get(one.id) === one) take(one, found);
  }
  function take(one: Known, found: Look) {
    if (found.is === "unseen") return;
    const before = one.unwell;
    if (found.is === "well") {
      one.failures = 0;
      one.unwell = null;
    } else if (clock.now() >= one.countsFrom) {
      one.failures += 1;
      if (one.failures === 1) one.firstAt = clock.now();
      if (one.failures >= FAILURES || found.counted) one.unwell = { since: one.firstAt, said: found.said };
    }
    if (before?.said !== one.unwell?.said) deps.changed(one.serviceId);
  }

  return {
    start: tick,
    of: (instanceId) => known.get(instanceId)?.unwell ?? null,
    forget: (instanceId) => void known.delete(instanceId),
    idle: () => Promise.allSettled(asking.values()),
  };
}

/** From 0 to 1, of the random end of an id. */
function placeIn(id: string): number {
  const part = Number.parseInt(id.slice(-DIGITS), 16);
  return Number.isNaN(part) ? 0 : part / 16 ** DIGITS;
}
