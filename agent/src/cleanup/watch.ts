import { v7 as uuid } from "uuid";
import type { Core } from "../core.ts";
import { readStorage } from "../store/index.ts";
import { SERVER } from "./job.ts";
import { markOf, type Deps } from "./part.ts";
import { preview, tightestDisk } from "./plan.ts";

const LOOK_MS = 5 * 60_000;
const DAY_MS = 24 * 3_600_000;
/** A disk that others fill is not cleaned again and again. */
const AGAIN_MS = 3_600_000;

/** Once a day, and where the disk falls under the mark; quietly: where there is nothing to take no job is begun. */
export function createCleanupWatch(deps: Deps, { jobs, clock }: Pick<Core, "jobs" | "clock">) {
  const began = { budgets: Number.NEGATIVE_INFINITY, mark: Number.NEGATIVE_INFINITY };
  let forget: (() => void) | null = null;
  let stopped = false;

  async function look(): Promise<void> {
    const disk = await tightestDisk(deps);
    const low = disk.total > 0 && disk.free < markOf(readStorage(deps.db), disk);
    const reach = low && clock.now() - began.mark >= AGAIN_MS ? "mark" : clock.now() - began.budgets >= DAY_MS ? "budgets" : null;
    if (reach === null || stopped) return;
    began[reach] = clock.now();
    const { parts } = await preview(deps, reach);
    if (stopped || parts.every(({ items }) => items.length === 0)) return;
    jobs.enqueue({ id: uuid(), kind: "cleanup", subject: SERVER, input: { reach } });
  }
  function arm() {
    forget = clock.after(LOOK_MS, () => {
      if (stopped) return;
      void look()
        .catch((error: unknown) => stopped || deps.note("cleanup not looked at", { error: String(error) }))
        .finally(() => stopped || arm());
    });
  }
  return {
    start: arm,
    look,
    stop() {
      stopped = true;
      forget?.();
    },
  };
}
