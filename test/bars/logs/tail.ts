// The live end: a container that says 20,000 lines a second, followed as a window follows it.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { until } from "../../world/wait.ts";
import type { Read } from "./reader.ts";
import type { Speaker, Stage } from "./stage.ts";
import type { Written } from "./writer.ts";

const RATE = 20_000;
/** A machine that is busy with other things reads it so late. */
const BEHIND_MS = 180_000;

/** A heap that a store without bounds would overflow. */
const HEAP_MB = 128;

export type Reader = { now: (what?: "now" | "collected") => Promise<Read> };

export async function openReader({ agent, context: { cleanup } }: Stage, serviceId: string): Promise<Reader> {
  const child = start("reader.ts", [join(agent.dataDir, "agent.sock"), serviceId], ["--expose-gc", `--max-old-space-size=${HEAP_MB}`]);
  cleanup(() => child.kill("SIGKILL"));
  return {
    async now(what = "now") {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the reader ended with ${child.exitCode ?? child.signalCode}`);
      const answer = once(child, "message", { signal: AbortSignal.timeout(120_000) });
      child.send(what);
      const [read] = (await answer) as [Read];
      return read;
    },
  };
}

const start = (file: string, args: readonly string[], words: readonly string[] = []): ChildProcess => fork(join(import.meta.dirname, file), args, { execArgv: ["--disable-warning=ExperimentalWarning", ...words] });

/** So many lines from a number on; resolves when they are said. */
export async function write(stage: Pick<Stage, "context">, { mouth }: Speaker, first: number, count: number): Promise<Written> {
  const child = start("writer.ts", [`/proc/${mouth().pid}/fd/1`, String(RATE), String(count), String(first)]);
  stage.context.cleanup(() => child.kill("SIGKILL"));
  const [written] = (await once(child, "message", { signal: stage.context.signal })) as [Written];
  return written;
}

/** Until that number was read; what was read then, and how long that took. */
export async function untilRead(reader: Reader, last: number, signal: AbortSignal): Promise<{ read: Read; behindMs: number }> {
  const begun = performance.now();
  let read = await reader.now();
  await until(`line ${last} to be read`, async () => (read = await reader.now()).last >= last, { within: BEHIND_MS, every: 20, signal }).catch(() => {});
  const behindMs = performance.now() - begun;
  read = await reader.now("collected");
  return { read, behindMs };
}

/** Words for what of the numbers `first` to `last` is not there once; null: all are. */
export function faultOf(read: Read, first: number, last: number): string | null {
  const missing = read.missing.filter(([, to]) => to >= first);
  const lost = missing.reduce((sum, [from, to]) => sum + Math.min(to, last) - Math.max(from, first) + 1, 0) + Math.max(0, last - Math.max(read.last, first - 1));
  const again = read.again.filter((number) => number >= first);
  const words = [
    ...(lost > 0 ? [`${lost} lost (${missing.slice(0, 3).map(([from, to]) => `${from}–${to}`).join(", ")}${read.last < last ? `, all behind ${read.last}` : ""})`] : []),
    ...(again.length > 0 ? [`${again.length} doubled or out of order, first ${again[0]}`] : []),
    ...(read.storeIsWhole ? [] : ["the window's store has them in another way than they came"]),
  ];
  return words.length === 0 ? null : words.join(", ");
}
