import * as z from "zod";
import { claim } from "./claims.ts";
import type { Clock } from "./clock.ts";
import { defineJob, SHORT_LIVED, type JobEntry } from "./entry.ts";

/** A kind of job for tests: whatever is not given does nothing. */
export const entryOf = (kind: string, over: Partial<JobEntry> = {}): JobEntry =>
  defineJob({
    kind,
    words: { doing: kind, done: "done" },
    input: z.looseObject({}),
    steps: () => [],
    claims: ({ subject }) => [claim.process(subject, "X")],
    deadlines: { run: 60, undo: 60, finish: 60 },
    retention: SHORT_LIVED,
    crash: "undo",
    run: async (context) => context.commit(),
    undo: async () => {},
    finish: async () => {},
    ...over,
  });

/** A time that stands still until it is set forward; every timer that falls due on the way is called in order. */
export function createFakeClock(begin = 1_800_000_000_000) {
  let now = begin;
  let number = 0;
  const timers = new Map<number, { at: number; act: () => void }>();
  const clock: Clock = {
    now: () => now,
    after(ms, act) {
      const own = (number += 1);
      timers.set(own, { at: now + Math.max(0, Math.ceil(ms)), act });
      return () => void timers.delete(own);
    },
  };
  const next = () => [...timers].sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
  /** Everything that is due or promised has been done. */
  const settled = async () => {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    ...clock,
    settled,
    /** The same time for one life of the agent: once it is killed, nothing of that life is ever called again. */
    life() {
      const own = new Set<() => void>();
      let dead = false;
      return {
        now: clock.now,
        after(ms: number, act: () => void) {
          if (dead) return () => {};
          const take = clock.after(ms, () => (own.delete(take), act()));
          own.add(take);
          return take;
        },
        kill() {
          dead = true;
          for (const take of own) take();
        },
      };
    },
    async forward(ms: number): Promise<void> {
      const end = now + ms;
      await settled();
      for (let due = next(); due !== undefined && due[1].at <= end; due = next()) {
        timers.delete(due[0]);
        now = Math.max(now, due[1].at);
        due[1].act();
        await settled();
      }
      now = end;
      await settled();
    },
  };
}
