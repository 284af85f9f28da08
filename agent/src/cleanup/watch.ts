import { v7 as uuid } from "uuid";
import { toProblem, type CleanupPreview } from "../../contract/index.ts";
import type { Core } from "../core.ts";
import { readStorage } from "../store/index.ts";
import { SERVER } from "./job.ts";
import type { Deps } from "./part.ts";
import { PARTS } from "./parts.ts";
import { disksOf, preview, shortest } from "./plan.ts";

const LOOK_MS = 5 * 60_000;
const DAY_MS = 24 * 3_600_000;
/** A disk that others fill is not cleaned again and again. */
const AGAIN_MS = 3_600_000;
const TAKE_MS = 60_000;
/** Enough for the store and the log of a job. */
const ROOM_BYTES = 64 * 1024 ** 2;

/** Once a day, and where the disk falls under the mark; quietly: where there is nothing to take no job is begun. */
export function createCleanupWatch(deps: Deps, { jobs, clock }: Pick<Core, "jobs" | "clock">) {
  const began = { budgets: Number.NEGATIVE_INFINITY, mark: Number.NEGATIVE_INFINITY };
  let forget: (() => void) | null = null;
  let stopped = false;

  async function look(): Promise<void> {
    const { disk, mark } = shortest(await disksOf(deps), readStorage(deps.db));
    const low = disk.total > 0 && disk.free < mark;
    const reach = low && clock.now() - began.mark >= AGAIN_MS ? "mark" : clock.now() - began.budgets >= DAY_MS ? "budgets" : null;
    if (reach === null || stopped) return;
    began[reach] = clock.now();
    const { parts } = await preview(deps, reach);
    if (stopped || parts.every(({ items }) => items.length === 0)) return;
    try {
      jobs.enqueue({ id: uuid(), kind: "cleanup", subject: SERVER, input: { reach } });
    } catch (error) {
      if (toProblem(error).code !== "STORE_READ_ONLY") throw error;
      began[reach] = Number.NEGATIVE_INFINITY;
      await makeRoom(parts);
    }
  }
  /** A full disk keeps even the job from being written down: what is taken without the store goes, until there is room for one. */
  async function makeRoom(parts: CleanupPreview["parts"]): Promise<void> {
    const items = parts.flatMap(({ part, items: found }) => found.map(({ id }) => ({ part: PARTS.find(({ name, storeless }) => name === part && storeless === true), id })));
    for (const { part, id } of items) {
      if (stopped) return;
      const isGone = (await part?.take(deps, id, AbortSignal.timeout(TAKE_MS))) ?? false;
      if (isGone) deps.note("taken while the store cannot be written", { part: part!.name, id });
      if (isGone && (await disksOf(deps)).data.free >= ROOM_BYTES) return;
    }
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
