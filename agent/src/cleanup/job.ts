import { hostname } from "node:os";
import * as z from "zod";
import { size, toProblem } from "../../contract/index.ts";
import { claim, DAYS, defineJob, type JobContext, type JobEntry } from "../jobs/index.ts";
import { agentStops } from "../sandbox/index.ts";
import type { Deps } from "./part.ts";
import { PARTS } from "./parts.ts";
import { disksOf, freeOf, preview } from "./plan.ts";

/** What it is about, for people: "Clean up fra1", "fra1 is cleaned up". */
export const SERVER = hostname();
const TAKE = { name: "take", words: "Clean up", doing: "Cleaning up" } as const;
const RUN_SECONDS = 1800;

const items = z.array(z.object({ part: z.string(), id: z.string(), name: z.string().default(""), bytes: z.number().default(0) }));
type Items = z.infer<typeof items>;

/** `items`: of a preview that a person said yes to; without them what a schedule or a full disk asks for. */
const input = z.object({ items: items.optional(), reach: z.enum(["budgets", "mark"]).default("budgets") });

/**
 * Takes one thing after another, the oldest first; each may have become needed meanwhile, and then it stays. What was
 * taken is gone, so nothing is undone: after a crash it goes on, and what is gone already is passed over.
 */
export function createCleanupJob(deps: Deps): JobEntry {
  return defineJob({
    kind: "cleanup",
    words: { doing: "Clean up", done: "is cleaned up" },
    input,
    steps: () => [TAKE],
    claims: () => [claim.instance("S")],
    supersedes: (older, { input: { items: asked } }) => older.kind === "cleanup" && asked === undefined && (older.input as { items?: unknown }).items === undefined,
    deadlines: { run: RUN_SECONDS, undo: 60, finish: 60 },
    retention: { newest: 30, of: "kind", days: DAYS.cleanup, logs: 30 },
    crash: "resume",
    async run(context) {
      await context.step(TAKE.name, (signal) => take(deps, context, signal), { deadlineSeconds: RUN_SECONDS });
      context.commit();
    },
    async undo() {},
    async finish() {},
  });
}

async function take(deps: Deps, context: JobContext, signal: AbortSignal): Promise<void> {
  const asked = items.safeParse(context.job.checkpoint).data ?? (await chosen(deps, context, signal));
  const before = freeOf(await disksOf(deps));
  let taken = 0;
  for (const [index, item] of asked.entries()) {
    signal.throwIfAborted();
    context.progress({ done: index, total: asked.length, unit: "things" });
    if (await takeOne(deps, context, item, signal)) taken += 1;
  }
  const free = Math.max(0, freeOf(await disksOf(deps)) - before);
  context.detail(`${taken} of ${asked.length} taken, ${size(free)} came free`);
  context.log(`${taken} of ${asked.length} taken, ${size(free)} came free`);
}

/** One that cannot go now, of a Docker that is busy with it, keeps no other from going. */
async function takeOne(deps: Deps, { log }: JobContext, { part: name, id, name: words, bytes }: Items[number], signal: AbortSignal): Promise<boolean> {
  const part = PARTS.find((one) => one.name === name);
  const what = `${part?.words.name ?? name}: ${words || id}`;
  try {
    const gone = (await part?.take(deps, id, signal)) ?? false;
    log(gone ? `Taken: ${what}${bytes > 0 ? `, ${size(bytes)}` : ""}` : `Stays: ${what}; it is needed by now, or gone`);
    return gone;
  } catch (error) {
    if (signal.aborted || agentStops(signal)) throw error;
    log(`Stays: ${what}; ${toProblem(error).message}`);
    return false;
  }
}

/** What a person said yes to, or what is found once and written down: a later life goes on with the same. */
async function chosen(deps: Deps, context: JobContext, signal: AbortSignal): Promise<Items> {
  const asked = input.parse(context.job.input);
  if (asked.items !== undefined) return asked.items;
  const { parts } = await preview(deps, asked.reach, signal);
  // A look that was cut short tells less than there is.
  signal.throwIfAborted();
  const found = parts.flatMap(({ part, items: own }) => own.map(({ id, name, bytes }) => ({ part, id, name, bytes })));
  context.checkpoint(found);
  return found;
}
