import { setTimeout as sleep } from "node:timers/promises";
import { inspectContainer } from "../docker/container.ts";
import { createBell } from "../docker/output-bell.ts";
import { readableTail } from "../docker/output-kept.ts";
import { readOutputParts, type OutputLine } from "../docker/output.ts";
import { readArchiveParts } from "./archived.ts";
import type { LogsDeps } from "./logs.ts";
import { listOutputs, type Output } from "./outputs.ts";
import { behindAll, NOTHING_READ, type Position } from "./position.ts";
import { GAP, linesAfter, type Kept } from "./unread.ts";

/** Between two looks at a container that speaks. */
const GATHER_MS = 40;
/** Between two looks at one that says nothing: from here, doubled, to there. A bell that does not ring costs no more. */
const SHORTEST_MS = 250;
const LONGEST_MS = 2000;
/** How many lines a look expects at least. */
const FEW = 100;

/** Null: lines before the next one are no longer kept. */
type Tell = (lines: readonly OutputLine[] | null) => Promise<void>;

/** Tells one output to its end, over restarts of its container, and from the archive when the container is gone. */
export async function pump(deps: LogsDeps, serviceId: string, output: Output, from: Position | undefined, tell: Tell, signal: AbortSignal): Promise<void> {
  const { docker, nextEvent } = deps;
  const bell = createBell(docker, output.container, signal);
  const kept: Kept = {
    read: (tail) => readOutputParts(docker, output.container, { tail, signal, present: true }),
    readable: () => readableTail(docker, output.container, signal),
    most: Number.POSITIVE_INFINITY,
  };
  let at = from ?? NOTHING_READ;
  let about = FEW;
  let gapTold = false;
  /** Of a container that has ended: a last line without an end was told as it is. */
  let restTold = false;
  let pause = SHORTEST_MS;
  let isDumb = false;

  async function look(where: Kept, { expected, ended }: { expected: number; ended: boolean }): Promise<number> {
    let fresh = 0;
    for await (const part of linesAfter(where, at, expected)) {
      if (part === GAP) {
        if (!gapTold) await tell(null);
        gapTold = true;
        continue;
      }
      const lines = ended ? part : part.filter(({ open }) => open !== true);
      if (lines.length === 0) continue;
      at = behindAll(at, lines);
      gapTold = false;
      fresh += lines.length;
      await tell(lines);
      if (signal.aborted) return fresh;
    }
    return fresh;
  }

  async function lookInto(archive: string): Promise<void> {
    const file: Kept = { read: () => readArchiveParts(archive), readable: async () => 0, most: Number.POSITIVE_INFINITY };
    await look(file, { expected: Number.POSITIVE_INFINITY, ended: true }).catch(() => {});
  }

  if (output.archive !== null) return await lookInto(output.archive);
  while (!signal.aborted) {
    bell.listen();
    const fresh = await look(kept, { expected: about, ended: false }).catch(() => null);
    if (signal.aborted) return;
    if (fresh !== null && fresh > 0) {
      if (isDumb) bell.renew();
      about = 2 * fresh + FEW;
      pause = SHORTEST_MS;
      isDumb = false;
      await sleep(GATHER_MS, undefined, { signal }).catch(() => {});
      continue;
    }
    about = FEW;
    const rang = fresh !== null && (await bell.wait(pause));
    isDumb = !rang;
    pause = rang ? SHORTEST_MS : Math.min(2 * pause, LONGEST_MS);
    if (fresh !== null && !bell.isOver()) {
      restTold = false;
      continue;
    }
    const facts = await inspectContainer(docker, output.container).catch(() => undefined);
    if (facts === null) {
      const found = await archiveOf(deps, serviceId, output);
      if (found === null) return;
      if (found !== undefined) return await lookInto(found);
    }
    if (!restTold && facts?.running === false && !facts.restarting) {
      restTold = await look(kept, { expected: about, ended: true }).then(() => true, () => false);
    }
    await nextEvent(serviceId, LONGEST_MS, signal);
  }
}

/** Null: it is kept nowhere. Undefined: Docker fell silent in between, it is asked again. */
async function archiveOf(deps: LogsDeps, serviceId: string, { container }: Output): Promise<string | null | undefined> {
  const outputs = await listOutputs(deps, serviceId).catch(() => undefined);
  return outputs && (outputs.find((one) => one.container === container)?.archive ?? null);
}
